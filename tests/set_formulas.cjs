// Reads formulas as lines of JSON, {tex, display}, and prints those that MathJax or KaTeX cannot set.
const katex = require("katex");

const formulas = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
// Without these two packages MathJax stops at what it does not know, and does not print it in red.
const tex = { packages: { "[-]": ["noundefined", "noerrors"] } };
const known = new Set(["unicodeTextInMathMode"]); // letters that KaTeX's fonts lack are set in those of the page

require("mathjax")
  .init({ loader: { load: ["input/tex-full", "output/svg"] }, tex })
  .then((MathJax) => {
    for (const { tex, display } of formulas) {
      try {
        const html = MathJax.startup.adaptor.outerHTML(MathJax.tex2svg(tex, { display }));
        const fault = html.match(/data-mjx-error="([^"]*)"/);
        if (fault) console.log(`MathJax: ${fault[1]}: ${tex}`);
        const plain = tex.replace(/\\href\{[^}]*\}/g, ""); // KaTeX links only where it is told to trust
        katex.renderToString(plain, { displayMode: display, strict: (code) => (known.has(code) ? "ignore" : "error") });
      } catch (fault) {
        console.log(`${fault.message}: ${tex}`);
      }
    }
    console.log(`${formulas.length} formulas`);
  });
