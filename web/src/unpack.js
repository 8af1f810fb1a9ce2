// LZMA: about a fifth smaller than what browsers can unpack by themselves, for a hundred lines here.
// After the reference decoder of the LZMA SDK (Igor Pavlov, public domain), for one stream without a header whose parameters
// are lc = 3, lp = 0, pb = 0.

const TOP = 2 ** 24;
const HALF = 1024;

/** Probabilities of a tree of bits. */
const tree = (/** @type {number} */ bits) => new Uint16Array(1 << bits).fill(HALF);

/**
 * Unpacks `length` bytes. Plain JavaScript, because the script that packs holds itself against it.
 * @param {Uint8Array} packed
 * @param {number} length
 */
export function unlzma(packed, length) {
  const out = new Uint8Array(length);
  let at = 5;
  let range = 0xffffffff;
  let code = ((packed[1] << 24) | (packed[2] << 16) | (packed[3] << 8) | packed[4]) >>> 0;

  const bit = (/** @type {Uint16Array} */ probabilities, /** @type {number} */ index) => {
    const probability = probabilities[index];
    const bound = (range >>> 11) * probability;
    let found = 0;
    if (code < bound) {
      range = bound;
      probabilities[index] += (2048 - probability) >> 5;
    } else {
      range -= bound;
      code -= bound;
      probabilities[index] -= probability >> 5;
      found = 1;
    }
    if (range < TOP) {
      range = (range << 8) >>> 0;
      code = ((code << 8) | packed[at++]) >>> 0;
    }
    return found;
  };
  const direct = (/** @type {number} */ bits) => {
    let found = 0;
    while (bits--) {
      range >>>= 1;
      const one = code >= range ? 1 : 0;
      if (one) code -= range;
      found = found * 2 + one;
      if (range < TOP) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | packed[at++]) >>> 0;
      }
    }
    return found;
  };
  const number = (/** @type {Uint16Array} */ probabilities, /** @type {number} */ bits) => {
    let found = 1;
    for (let index = 0; index < bits; index++) found = (found << 1) | bit(probabilities, found);
    return found - (1 << bits);
  };
  const reversed = (/** @type {Uint16Array} */ probabilities, /** @type {number} */ start, /** @type {number} */ bits) => {
    let node = 1;
    let found = 0;
    for (let index = 0; index < bits; index++) {
      const one = bit(probabilities, start + node);
      node = (node << 1) | one;
      found |= one << index;
    }
    return found;
  };
  const lengths = () => {
    const [choice, low, middle, high] = [tree(1), tree(3), tree(3), tree(8)];
    return () => (bit(choice, 0) ? (bit(choice, 1) ? 16 + number(high, 8) : 8 + number(middle, 3)) : number(low, 3));
  };

  const literals = new Uint16Array(0x300 * 8).fill(HALF);
  const [isMatch, isRepeat, isRepeat0, isRepeat1, isRepeat2, isLong] = [0, 0, 0, 0, 0, 0].map(() => tree(4));
  const slots = [tree(6), tree(6), tree(6), tree(6)];
  const [distances, aligned] = [tree(7), tree(4)];
  const [matchLength, repeatLength] = [lengths(), lengths()];
  let state = 0;
  let [rep0, rep1, rep2, rep3] = [0, 0, 0, 0];
  let to = 0;
  while (to < length) {
    if (!bit(isMatch, state)) {
      const base = 0x300 * ((to ? out[to - 1] : 0) >> 5);
      let symbol = 1;
      if (state >= 7) {
        let match = out[to - rep0 - 1];
        do {
          const expected = (match >> 7) & 1;
          match <<= 1;
          const found = bit(literals, base + ((1 + expected) << 8) + symbol);
          symbol = (symbol << 1) | found;
          if (expected !== found) break;
        } while (symbol < 0x100);
      }
      while (symbol < 0x100) symbol = (symbol << 1) | bit(literals, base + symbol);
      out[to++] = symbol;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count = 0;
    if (bit(isRepeat, state)) {
      if (!bit(isRepeat0, state)) {
        if (!bit(isLong, state)) {
          state = state < 7 ? 9 : 11;
          out[to] = out[to - rep0 - 1];
          to++;
          continue;
        }
      } else {
        let distance = rep1;
        if (bit(isRepeat1, state)) {
          distance = rep2;
          if (bit(isRepeat2, state)) {
            distance = rep3;
            rep3 = rep2;
          }
          rep2 = rep1;
        }
        rep1 = rep0;
        rep0 = distance;
      }
      count = repeatLength();
      state = state < 7 ? 8 : 11;
    } else {
      rep3 = rep2;
      rep2 = rep1;
      rep1 = rep0;
      count = matchLength();
      state = state < 7 ? 7 : 10;
      const slot = number(slots[Math.min(count, 3)], 6);
      if (slot < 4) rep0 = slot;
      else {
        const bits = (slot >> 1) - 1;
        const base = (2 | (slot & 1)) << bits;
        rep0 = slot < 14 ? base + reversed(distances, base - slot, bits) : base + direct(bits - 4) * 16 + reversed(aligned, 0, 4);
      }
    }
    for (count += 2; count-- && to < length; to++) out[to] = out[to - rep0 - 1];
  }
  return out;
}

/**
 * 116 characters that a script element of another type holds as they are: printable ones but `<`, and control characters
 * that no program takes for line ends or commands. More would need two bytes each.
 */
export const LETTERS = [[0x20, 0x3b], [0x3d, 0x7e], [0x01, 0x07], [0x0e, 0x19], [0x1c, 0x1e]]
  .flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index)))
  .join('');

/**
 * Seven letters of 116 hold six bytes: 116⁷ is just above 2⁴⁸, and still an exact number.
 * @param {string} text
 */
export function letters(text) {
  const value = new Uint8Array(128);
  for (let index = 0; index < LETTERS.length; index++) value[LETTERS.charCodeAt(index)] = index;
  const bytes = new Uint8Array((text.length / 7) * 6);
  for (let block = 0; block * 7 < text.length; block++) {
    let sum = 0;
    for (let index = 6; index >= 0; index--) sum = sum * LETTERS.length + value[text.charCodeAt(block * 7 + index)];
    for (let index = 0; index < 6; index++) {
      bytes[block * 6 + index] = sum % 256;
      sum = Math.floor(sum / 256);
    }
  }
  return bytes;
}
