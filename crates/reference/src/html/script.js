const find = document.getElementById("find");
const count = document.getElementById("count");
const chips = [...document.querySelectorAll(".chips button")];
const losses = [...document.querySelectorAll("article")];
const rows = new Map([...document.querySelectorAll("[data-of]")].map(row => [row.dataset.of, row]));

// Every word must be found; a loss of any chosen kind is shown, all where none is chosen.
function show() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = chips.filter(chip => chip.ariaPressed === "true").map(chip => chip.dataset.kind);
  let shown = 0;
  for (const loss of losses) {
    const fits = words.every(word => loss.dataset.words.includes(word))
      && (kinds.length === 0 || kinds.some(kind => loss.dataset.kind.split("|").includes(kind)));
    loss.hidden = !fits;
    rows.get(loss.id).hidden = !fits;
    shown += fits;
  }
  count.textContent = shown === losses.length ? `${shown} in all` : `${shown} of ${losses.length}`;
}

find.addEventListener("input", show);
for (const chip of chips) {
  chip.addEventListener("click", () => {
    chip.ariaPressed = chip.ariaPressed === "true" ? "false" : "true";
    show();
  });
}
document.addEventListener("keydown", event => {
  if (event.key === "/" && document.activeElement !== find) {
    event.preventDefault();
    find.focus();
  } else if (event.key === "Escape" && document.activeElement === find) {
    find.value = "";
    show();
  }
});
// On paper nothing can be opened.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(part => { part.open = true; }));
show();
