// Django's boxes that complete what is typed take their place beside the field that has the label:
// here they are given its name, for whoever does not see where they stand.
(() => {
  "use strict";
  const name = () => {
    for (const box of document.querySelectorAll(".select2-selection[role=combobox]")) {
      const field = box.closest(".select2")?.previousElementSibling;
      const label = field && document.querySelector(`label[for="${field.id}"]`);
      if (!label) continue;
      label.id ||= `${field.id}_label`;
      const shown = box.querySelector(".select2-selection__rendered");
      shown?.setAttribute("aria-labelledby", label.id);
      box.setAttribute("aria-labelledby", `${label.id} ${shown?.id ?? ""}`.trim());
    }
  };
  // They come whenever their own script is done, and with each new line of a form.
  new MutationObserver(name).observe(document.documentElement, { childList: true, subtree: true });
})();
