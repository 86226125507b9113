"""The stand-in itself: finds the instance, admits the request, sends it to the right service."""

from __future__ import annotations

from connectors.sandbox.standin import JSON, Answer, Request, StandIn
from connectors.sandbox.vendors.acumatica import answers, company, login, throttle
from connectors.sandbox.vendors.acumatica.answers import RefusedError
from connectors.sandbox.vendors.acumatica.entities import Entities
from connectors.sandbox.vendors.acumatica.identity import Identity
from connectors.sandbox.vendors.acumatica.instance import Instance
from connectors.sandbox.vendors.acumatica.odata import OData
from connectors.sandbox.vendors.acumatica.office import Office, state_of
from connectors.sandbox.vendors.acumatica.sessions import LIMIT_TEXT, Sessions
from connectors.sandbox.vendors.acumatica.strictness import CASES, SWITCHES
from connectors.sandbox.vendors.acumatica.tokens import Tokens


class Acumatica(StandIn):
    """Acumatica Cloud ERP, as strict as its dossier says."""

    slug = "acumatica"
    cases = CASES
    switches = SWITCHES

    def reset(self, seed: int, people: int) -> None:
        """Start anew. The employees come from elsewhere, so ``people`` changes nothing here."""
        self._founded_at = self.world.now(self.slug)
        self._instances: dict[str, Instance] | None = None

    @property
    def instances(self) -> dict[str, Instance]:
        """By host; made when somebody first asks for one, as they stood at the reset."""
        if self._instances is None:
            dice = self.world.random(self.slug)
            self._instances = company.instances(dice, self._founded_at)
        return self._instances

    def handle(self, request: Request) -> Answer:
        instance = self.instances.get(request.host)
        if instance is None:
            return _nothing_here()
        path = instance.inside(request.path)
        if path is None and self.is_soft("1c"):
            path = request.path
        if path is None:
            return _nothing_here()
        try:
            return self._answer(instance, path, request)
        except RefusedError as refused:
            return refused.answer

    def _answer(self, instance: Instance, path: str, request: Request) -> Answer:
        now = self.world.now(self.slug)
        sessions = Sessions(self, instance, now)
        segments = path.split("/")[1:]
        if segments[-1] == "" and len(segments) > 1:
            segments.pop()
        service = segments[0]
        if service == "identity":
            tokens = Tokens(self, instance, now)
            return Identity(self, instance, sessions, tokens).answer(path, request)
        if service == "Frames":
            return _frame(segments)
        if service not in ("entity", "t"):
            return _nothing_here()
        is_logout = segments[1:] == ["auth", "logout"] and request.method == "POST"
        if is_logout and not self.is_soft("4h"):
            return login.logout(self, sessions, request)
        delay_seconds = throttle.admit(self, instance, now)
        try:
            answer = self._admitted(instance, sessions, segments, request)
        except RefusedError as refused:
            answer = refused.answer
        answer.delay_seconds = delay_seconds
        answer.more_headers.extend(sessions.cookies)
        return answer

    def _admitted(
        self, instance: Instance, sessions: Sessions, segments: list[str], request: Request
    ) -> Answer:
        if segments[1:] == ["auth", "logout"] and request.method == "POST":
            return login.logout(self, sessions, request)
        if segments[1:] == ["auth", "login"]:
            return login.login(self, instance, sessions, request)
        service = OData if segments[0] == "t" else Entities
        return service(self, instance, sessions, sessions.now).answer(segments, request)

    def state(self) -> dict[str, JSON]:
        """``instances`` → host → ``tenants`` → name → kind → key → row."""
        return state_of(self.instances)

    def put(self, kind: str, key: str, body: dict[str, JSON]) -> JSON:
        return self._office().put(kind, key, body)

    def delete(self, kind: str, key: str) -> None:
        self._office().delete(kind, key)

    def _office(self) -> Office:
        instance = self.instances[company.HOST]
        return Office(self, instance, instance.tenants[company.TENANT], self.world.now(self.slug))


def _nothing_here() -> Answer:
    text = "The resource you are looking for might have been removed."
    return answers.page(404, "404 - File or directory not found.", text)


def _frame(segments: list[str]) -> Answer:
    """The pages that a redirect leads a client to that follows it."""
    if segments[1:] == ["Error.aspx"]:
        return answers.page(200, "Error", LIMIT_TEXT)
    if segments[1:] == ["Login.aspx"]:
        return answers.page(200, "Sign In", "Sign in with your user name and password.")
    return _nothing_here()
