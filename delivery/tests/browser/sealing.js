// The receiver of RFC 9180, written from the RFC: extract and expand by HMAC,
// sharing nothing with src/seal.rs. And a browser made to answer as a test wants.

const text = new TextEncoder();
const join = (...parts) => new Uint8Array(parts.flatMap((part) => [...(typeof part === "string" ? text.encode(part) : part)]));
const bytes = (base64url) => Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const P256 = { name: "ECDH", namedCurve: "P-256" };
const KEM = join("KEM", [0, 16]);
const HPKE = join("HPKE", [0, 16, 0, 1, 0, 2]);
const NONE = new Uint8Array(0);

// WebCrypto takes no empty HMAC key; zeros up to the hash's length are the same key.
const hmac = async (key, data) => {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const usable = await crypto.subtle.importKey("raw", key.length ? key : new Uint8Array(32), algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", usable, data));
};
const extract = (suite, salt, label, ikm) => hmac(salt, join("HPKE-v1", suite, label, ikm));
// One block of HKDF-Expand: nothing here is longer than the hash.
const expand = async (suite, secret, label, info, length) =>
  (await hmac(secret, join([0, length], "HPKE-v1", suite, label, info, [1]))).slice(0, length);

const raw = ({ x, y }) => join([4], bytes(x), bytes(y));
const importPrivate = (jwk) => crypto.subtle.importKey("jwk", jwk, P256, true, ["deriveBits"]);
const importPublic = (point) => crypto.subtle.importKey("raw", point, P256, true, []);

export async function open(jwk, id, enc, sealed) {
  const share = { name: "ECDH", public: await importPublic(bytes(enc)) };
  const dh = new Uint8Array(await crypto.subtle.deriveBits(share, await importPrivate(jwk), 256));
  const prk = await extract(KEM, NONE, "eae_prk", dh);
  const shared = await expand(KEM, prk, "shared_secret", join(bytes(enc), raw(jwk)), 32);

  const pskId = await extract(HPKE, NONE, "psk_id_hash", NONE);
  const info = await extract(HPKE, NONE, "info_hash", "manyi sealed answers v1");
  const secret = await extract(HPKE, shared, "secret", NONE);
  const context = join([0], pskId, info);
  const aes = await crypto.subtle.importKey("raw", await expand(HPKE, secret, "key", context, 32), "AES-GCM", false, ["decrypt"]);
  const iv = await expand(HPKE, secret, "base_nonce", context, 12);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: text.encode(id) }, aes, bytes(sealed));
  return new TextDecoder("utf-8", { fatal: true }).decode(plain);
}

// The next one-time key is this one; what is derived is noted.
export async function prepare(jwk) {
  const { subtle } = crypto;
  const pair = { privateKey: await importPrivate(jwk), publicKey: await importPublic(raw(jwk)) };
  const derived = [];
  subtle.generateKey = async () => pair;
  subtle.deriveBits = async (...given) => {
    const bits = await SubtleCrypto.prototype.deriveBits.apply(subtle, given);
    derived.push(hex(bits));
    return bits;
  };
  return derived;
}

// As in a page that did not come over HTTPS.
export const hide = () => Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });

export function restore() {
  delete crypto.subtle;
  delete crypto.subtle.generateKey;
  delete crypto.subtle.deriveBits;
}
