// Keeps a page of running work up to date until the work has ended. Without scripts the page is
// loaded anew instead.
(() => {
  "use strict";
  const PAUSE_MS = 3000;
  const sign = document.querySelector("[data-live]");
  if (!sign) return;
  const place = sign.dataset.live;

  const look = async () => {
    if (document.hidden) return true;
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "live" } });
    // Signed out meanwhile, or gone: what is shown stays as it was.
    if (!answer.ok || answer.redirected) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [here, there] = [document.querySelector(place), fresh.querySelector(place)];
    if (!here || !there) return false;
    here.innerHTML = there.innerHTML;
    return fresh.querySelector("[data-live]") !== null;
  };

  const follow = () =>
    setTimeout(async () => {
      let goesOn = true;
      try {
        goesOn = await look();
      } catch {
        // The network is away: it is looked again.
      }
      if (goesOn) follow();
      else sign.textContent = "It has ended, or can't be followed any more.";
    }, PAUSE_MS);

  follow();
})();
