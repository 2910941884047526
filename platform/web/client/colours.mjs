// Tabler mixes its colours in the browser, with functions that the oldest browser we serve does not know
// (color-mix, oklch, light-dark: Chromium 111 to 123). They are worked out here, for the light scheme and the
// values of :root, into plain rgb. A colour that hangs on a place in the page stays as it is, unmixed.

const FUNCTION = /(?<![\w-])(light-dark|color-mix|oklch)\(/;

export function plainColours(css, ...overrides) {
  const root = new Map([css, ...overrides].flatMap(rootValues));
  const drawn = (_, inside) => encodeURIComponent(rgb(oklch(decodeURIComponent(inside), root)));
  return rewrite(css.replace(/oklch%28(.*?)%29/g, drawn), root); // drawings in addresses hold colours too
}

function rootValues(css) {
  const blocks = css.matchAll(/([^{}]+)\{([^{}]*)\}/g);
  return [...blocks]
    .filter(([, selectors]) => selectors.split(",").some((each) => each.trim().endsWith(":root")))
    .flatMap(([, , body]) => [...body.matchAll(/(--[\w-]+)\s*:\s*([^;]+)/g)].map(([, name, value]) => [name, value.trim()]));
}

function rewrite(text, root) {
  for (let found = FUNCTION.exec(text); found; found = FUNCTION.exec(text)) {
    const end = closing(text, found.index + found[0].length);
    const inside = text.slice(found.index + found[0].length, end - 1);
    text = text.slice(0, found.index) + worked(found[1], inside, root) + text.slice(end);
  }
  return text;
}

function worked(name, inside, root) {
  const given = split(inside, ",");
  if (name === "light-dark") return given[0];
  const colour = name === "oklch" ? oklch(inside, root) : mixed(given.slice(1), root);
  if (colour) return rgb(colour);
  return name === "oklch" ? /var\([^)]*\)/.exec(inside)[0] : split(given[1], " ")[0];
}

// A colour is [lightness, a, b, alpha] in Oklab; undefined where it hangs on its place.
function parse(text, root) {
  if (text === "transparent") return [0, 0, 0, 0];
  const variable = /^var\((--[\w-]+)\s*(?:,(.*))?\)$/s.exec(text);
  if (variable) {
    const value = root.get(variable[1]) ?? variable[2];
    return value === undefined ? undefined : parse(rewrite(value.trim(), root), root);
  }
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text);
  if (hex) {
    const digits = hex[1].length === 3 ? [...hex[1]].map((digit) => digit + digit) : hex[1].match(/../g);
    return toOklab(digits.map((digit) => parseInt(digit, 16) / 255), 1);
  }
  const numbers = /^rgba?\(([^a-z]*)\)$/.exec(text)?.[1].split(/[\s,/]+/);
  if (!numbers) return undefined;
  const parts = numbers.map((each) => (each.endsWith("%") ? parseFloat(each) / 100 : parseFloat(each)));
  const scale = numbers[0].endsWith("%") ? 1 : 255;
  return toOklab(parts.slice(0, 3).map((part) => part / scale), parts[3] ?? 1);
}

function oklch(inside, root) {
  const relative = /^from (var\([^)]*\)) (l|calc\(l ([+-]) ([\d.]+)\)) c h$/.exec(inside);
  if (relative) {
    const base = parse(relative[1], root);
    return base && [base[0] + Number(`${relative[3] ?? "+"}${relative[4] ?? 0}`), ...base.slice(1)];
  }
  const [lightness, chroma, hue] = inside.split(/\s+/).map((part) => parseFloat(part) || 0);
  const angle = (hue * Math.PI) / 180;
  return [lightness / 100, chroma * Math.cos(angle), chroma * Math.sin(angle), 1];
}

function mixed([first, second], root) {
  const [one, part = "50%"] = split(first, " ");
  const [a, b] = [parse(one, root), parse(split(second, " ")[0], root)];
  const share = percent(part, root);
  if (!a || !b || Number.isNaN(share)) return undefined;
  const alpha = a[3] * share + b[3] * (1 - share);
  const blend = (at) => (alpha ? (a[at] * a[3] * share + b[at] * b[3] * (1 - share)) / alpha : 0);
  return [blend(0), blend(1), blend(2), alpha];
}

function percent(text, root) {
  const product = /^calc\(var\((--[\w-]+)(?:,([\d.]+))?\) \* ([\d.]+)%\)$/.exec(text);
  if (!product) return parseFloat(text) / 100;
  return (parseFloat(root.get(product[1]) ?? product[2]) * parseFloat(product[3])) / 100;
}

// The matrices of CSS Color 4.
function toOklab(encoded, alpha) {
  const [r, g, b] = encoded.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    alpha,
  ];
}

function rgb([lightness, a, b, alpha]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const parts = linear.map((part) => {
    const encoded = part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055;
    return Math.round(Math.min(Math.max(encoded, 0), 1) * 255);
  });
  return alpha >= 1 ? `rgb(${parts.join(",")})` : `rgba(${parts.join(",")},${+alpha.toFixed(3)})`;
}

function closing(text, start) {
  let depth = 1;
  for (let at = start; ; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")" && (depth -= 1) === 0) return at + 1;
  }
}

function split(text, sign) {
  const parts = [""];
  let depth = 0;
  for (const letter of text.trim()) {
    depth += letter === "(" ? 1 : letter === ")" ? -1 : 0;
    if (letter === sign && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}
