// Colours. Clusters have hues a golden angle apart; lightness is the theme's. Colour is never the only sign.

export const theme = {};

/** Reads the colours of the style sheet for what is drawn. */
export function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const get = (name) => style.getPropertyValue(`--${name}`).trim();
  for (const name of ["ground", "panel", "text", "dim", "line", "accent", "bar", "mark"]) theme[name] = get(name);
  theme.dark = document.documentElement.dataset.theme === "dark";
  theme.light = Number(get("light"));
  theme.chroma = Number(get("chroma"));
}

// OKLab to sRGB (Ottosson 2020), as hexadecimal, which SVG files of other programs know, too.
function oklch(light, chroma, hue) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const hex = linear.map((v) => {
    const c = Math.min(1, Math.max(0, v));
    const gamma = c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
    return Math.round(gamma * 255).toString(16).padStart(2, "0");
  });
  return `#${hex.join("")}`;
}

export const colourOf = (cluster, shift = 0, chroma = 1) => oklch(theme.light + shift, theme.chroma * chroma, (cluster * 137.508 + 30) % 360);

/** A shade from the ground to the accent, of a share in [0, 1]. */
export function shade(share) {
  const s = Math.min(1, Math.max(0, share));
  return theme.dark ? oklch(0.22 + 0.56 * s, 0.02 + 0.1 * s, 250) : oklch(0.985 - 0.5 * s, 0.005 + 0.13 * s, 250);
}

export const inkOn = (share) => (theme.dark ? (share > 0.6 ? "#000" : "#fff") : share > 0.5 ? "#fff" : "#000");

export function startTheme(changed) {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try {
    chosen = localStorage.getItem("lightlda-theme");
  } catch {
    // A browser may refuse to keep anything.
  }
  const apply = () => {
    root.dataset.theme = chosen ?? (system.matches ? "dark" : "light");
    readTheme();
  };
  apply();
  system.addEventListener("change", () => {
    apply();
    changed();
  });
  return () => {
    chosen = theme.dark ? "light" : "dark";
    try {
      localStorage.setItem("lightlda-theme", chosen);
    } catch {
      // See above.
    }
    apply();
    changed();
  };
}
