/** Rows of the development page: two Gaussian domains in the plane, each row with a short text. */
export interface PageData {
  readonly n: number;
  readonly positions: Float32Array;
  /** 0 neither, 1 retain, 2 forget. */
  readonly domains: Uint8Array;
  readonly keys: readonly string[];
  readonly texts: readonly string[];
  readonly languages: readonly string[];
  readonly lengths: Float32Array;
}

/** A small seeded generator of uniform numbers (mulberry32), so that every load looks the same. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const SPAM = [
  "URGENT! You have won a 1 week FREE membership in our £100,000 prize jackpot! Txt CLAIM to 81010",
  "Free entry in 2 a weekly competition to win FA Cup final tickets. Text FA to 87121",
  "WINNER! As a valued network customer you have been selected to receive a £900 reward 🎉",
  "Had your mobile 11 months or more? Update to the latest colour mobiles with camera for free",
  "SIX chances to win CASH! From 100 to 20,000 pounds. Txt CSH11 and send to 87575",
  "Thanks for your subscription to Ringtone UK. Your mobile will be charged £5/month",
  "Your account was credited with bonus points. Call 09061701461 from a land line to claim",
];
const HAM = [
  "Ok lar... joking with u oni",
  "Nah I don't think he goes to usf, he lives around here though",
  "I'm gonna be home soon and I don't want to talk about this stuff anymore tonight, k?",
  "Aft I finish my lunch then I go str down lor. Ard 3 smth lor. U finish ur lunch already?",
  "I've been searching for the right words to thank you for this breather 🙂",
  "Fine if that's the way u feel. That's the way its gota b",
  "שלום, נתראה מחר בשש? אני מביא קפה",
  "Yes I started to send requests to make it but pain came back so I'm back in bed",
];
const HOSTILE = [
  "<script>window.__injected = true</script>",
  '<img src=x onerror="window.__injected = true">',
  "</td></tr></table><svg onload=window.__injected=true>",
  '=HYPERLINK("http://example.invalid","click")',
  "{{constructor.constructor('window.__injected=true')()}}",
  "javascript:window.__injected=true",
];
const LANGUAGES = ["en", "en", "en", "en-sg", "he"];

/** Draws `n` rows, about an eighth of them in the forget domain, a few in neither; the means lie `apart`. */
export function drawData(n: number, seed = 20260712, apart = 30.8): PageData {
  const next = uniform(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const positions = new Float32Array(2 * n);
  const domains = new Uint8Array(n);
  const lengths = new Float32Array(n);
  const keys: string[] = [];
  const texts: string[] = [];
  const languages: string[] = [];
  for (let row = 0; row < n; row += 1) {
    const forget = next() < 0.125;
    domains[row] = next() < 0.002 ? 0 : forget ? 2 : 1;
    positions[2 * row] = (forget ? 0.5 : -0.5) * apart + 5.5 * normal();
    positions[2 * row + 1] = 0.22 * normal();
    const text = next() < 0.01 ? pick(HOSTILE) : pick(forget ? SPAM : HAM);
    texts.push(text);
    keys.push(`sms-${String(row).padStart(5, "0")}`);
    languages.push(pick(LANGUAGES));
    lengths[row] = next() < 0.01 ? NaN : text.length;
  }
  return { n, positions, domains, keys, texts, languages, lengths };
}
