"""The OAuth 2.0 server under ``/identity``: discovery, consent, tokens, revocation, who am I."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from connectors.sandbox.standin import Answer, Request, StandIn
from connectors.sandbox.vendors.acumatica import answers, consent
from connectors.sandbox.vendors.acumatica.answers import RefusedError
from connectors.sandbox.vendors.acumatica.instance import App, Instance, Tenant, User
from connectors.sandbox.vendors.acumatica.sessions import Sessions, not_signed_in, same
from connectors.sandbox.vendors.acumatica.tokens import Tokens, invalid_grant

SCOPES = ("api", "offline_access", "api:concurrent_access", "openid", "profile", "email", "phone")
GRANT_TYPES = ("authorization_code", "password", "refresh_token")


class Identity:
    """The authorization server of one instance, for one request."""

    def __init__(
        self, vendor: StandIn, instance: Instance, sessions: Sessions, tokens: Tokens
    ) -> None:
        self._vendor = vendor
        self._instance = instance
        self._sessions = sessions
        self._tokens = tokens

    def answer(self, path: str, request: Request) -> Answer:
        """Answer a request whose path below the instance's is ``path``."""
        method = request.method
        if path == "/identity/.well-known/openid-configuration" and method == "GET":
            return self._discovery()
        if path == "/identity/connect/authorize" and method == "GET":
            return self._authorize(dict(request.params()))
        if path == "/identity/connect/authorize" and method == "POST":
            return self._authorize(dict(request.form()), is_answered=True)
        if path == "/identity/connect/token" and method == "POST":
            return self._token(dict(request.form()))
        if path == "/identity/connect/revocation" and method == "POST":
            fields = dict(request.form())
            self._app(fields)
            self._tokens.revoke(fields.get("token", ""))
            return answers.empty(200)
        if path == "/identity/connect/userinfo" and method in ("GET", "POST"):
            return self._userinfo(request)
        return answers.page(
            404, "404 - File or directory not found.", "The resource was not found."
        )

    def _discovery(self) -> Answer:
        base = f"https://{self._instance.host}{self._instance.path}/identity"
        return answers.as_json(
            200,
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/connect/authorize",
                "token_endpoint": f"{base}/connect/token",
                "userinfo_endpoint": f"{base}/connect/userinfo",
                "revocation_endpoint": f"{base}/connect/revocation",
                "scopes_supported": list(SCOPES),
                "response_types_supported": ["code"],
                "grant_types_supported": list(GRANT_TYPES),
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
        )

    def _find(self, client_id: str) -> tuple[Tenant, App] | None:
        """The app and the tenant it is registered in: the one after the ``@``."""
        tenant = self._instance.tenants.get(client_id.rpartition("@")[2])
        app = None if tenant is None else tenant.apps.get(client_id)
        if tenant is not None and app is not None:
            return tenant, app
        if self._vendor.is_soft("3i"):
            for any_tenant in self._instance.tenants.values():
                for any_app in any_tenant.apps.values():
                    if any_app.client_id.partition("@")[0] == client_id.partition("@")[0]:
                        return any_tenant, any_app
        return None

    def _authorize(self, asked: Mapping[str, str], *, is_answered: bool = False) -> Answer:
        found = self._find(asked.get("client_id", ""))
        redirect_uri = asked.get("redirect_uri", "")
        if found is None:
            return answers.page(400, "Error", "unauthorized_client: the client is unknown.")
        tenant, app = found
        if redirect_uri not in app.redirect_uris and not self._vendor.is_soft("3b"):
            return answers.page(
                400, "Error", "invalid_request: the redirect URI is not registered."
            )
        wrong = self._wrong(asked)
        if wrong:
            return _back(asked, {"error": wrong})
        user = tenant.users.get(asked.get("username", ""), next(iter(tenant.users.values())))
        if self._vendor.world.auto_consent(self._vendor.slug):
            return self._agree(app, tenant, user, asked)
        if not is_answered:
            path = f"{self._instance.path}/identity/connect/authorize"
            action = self._vendor.world.address(self._vendor.slug, self._instance.host, path)
            return consent.page(app, tenant, asked, action)
        if asked.get("decision") == "allow":
            return self._agree(app, tenant, user, asked)
        return _back(asked, {"error": "access_denied"})

    def _wrong(self, asked: Mapping[str, str]) -> str:
        """The error of an authorization request, empty if there is none."""
        if asked.get("response_type") != "code":
            return "unsupported_response_type"
        scopes = asked.get("scope", "").split()
        if not scopes or any(scope not in SCOPES for scope in scopes):
            return "invalid_scope"
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return "invalid_request"
        return ""

    def _agree(self, app: App, tenant: Tenant, user: User, asked: Mapping[str, str]) -> Answer:
        scope = asked["scope"]
        grant = self._tokens.grant(app, tenant.name, user, tuple(scope.split()))
        challenge = asked.get("code_challenge", "")
        code = self._tokens.code(grant, asked["redirect_uri"], challenge)
        return _back(asked, {"code": code, "scope": scope})

    def _app(self, fields: Mapping[str, str]) -> tuple[Tenant, App]:
        found = self._find(fields.get("client_id", ""))
        if found is None or not same(found[1].client_secret, fields.get("client_secret", "")):
            raise RefusedError(answers.as_json(400, {"error": "invalid_client"}))
        return found

    def _token(self, fields: Mapping[str, str]) -> Answer:
        tenant, app = self._app(fields)
        grant_type = fields.get("grant_type", "")
        if grant_type == "authorization_code":
            grant = self._tokens.take_code(
                fields.get("code", ""),
                fields.get("redirect_uri", ""),
                fields.get("code_verifier", ""),
            )
            if grant.client_id != app.client_id:
                raise RefusedError(invalid_grant())
        elif grant_type == "refresh_token":
            grant = self._tokens.take_refresh_token(app, fields.get("refresh_token", ""))
        elif grant_type == "password":
            user = self._password_user(tenant, fields)
            scopes = tuple(fields.get("scope", "").split())
            if not scopes or any(scope not in SCOPES for scope in scopes):
                raise RefusedError(answers.as_json(400, {"error": "invalid_scope"}))
            grant = self._tokens.grant(app, tenant.name, user, scopes)
        elif grant_type == "client_credentials":
            if not self._vendor.is_soft("3j"):
                raise RefusedError(answers.as_json(400, {"error": "unauthorized_client"}))
            user = next(iter(tenant.users.values()))
            grant = self._tokens.grant(app, tenant.name, user, ("api",))
        else:
            raise RefusedError(answers.as_json(400, {"error": "unsupported_grant_type"}))
        return self._tokens.issue(app, grant)

    def _password_user(self, tenant: Tenant, fields: Mapping[str, str]) -> User:
        user = tenant.users.get(fields.get("username", ""))
        if user is not None:
            is_right = same(user.password, fields.get("password", ""))
            may_sign_in = user.has_api_rights and not user.must_change_password
            if (is_right and may_sign_in) or self._vendor.is_soft("3d"):
                return user
        raise RefusedError(invalid_grant("invalid_username_or_password"))

    def _userinfo(self, request: Request) -> Answer:
        authorization = request.headers.get("authorization", "")
        token = self._sessions.token(authorization.removeprefix("Bearer ").strip())
        if token is None or "openid" not in token.grant.scopes:
            return not_signed_in()
        grant = token.grant
        user = self._instance.tenants[grant.tenant].users[grant.user]
        body = {"sub": f"{user.name}@{grant.tenant}"}
        if "profile" in grant.scopes:
            body["preferred_username"] = user.name
        if "email" in grant.scopes:
            body["email"] = user.email
        return answers.as_json(200, body)


def _back(asked: Mapping[str, str], result: dict[str, str]) -> Answer:
    """Send the browser back to the client with what came of it."""
    redirect_uri = asked["redirect_uri"]
    if "state" in asked:
        result = {**result, "state": asked["state"]}
    target = f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(result)}"
    return Answer(302, {"Location": target}, to_browser=True)
