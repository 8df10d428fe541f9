//! Answers that only the collector can read: HPKE (RFC 9180) by WebCrypto.
//!
//! Base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM. Every
//! LabeledExtract that is left is followed by a LabeledExpand, and the two are
//! one derivation of WebCrypto's HKDF: no cryptography is written here.

use crate::platform::{
    Js, UNDEFINED, as_bytes, bytes, count, field, invoke, is_nothing, json, say, set, thing,
};
use crate::task::promised;

/// What stands under `sealed` in a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The id of the key that opens it.
    pub key: String,
    /// The public key made for this one message, base64url.
    pub enc: String,
    /// The ciphertext and its tag, base64url.
    pub text: String,
}

/// Why nothing was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsealed {
    /// The page has no WebCrypto, as when it did not come over HTTPS, or one
    /// that refuses.
    NoCrypto,
    /// The key is not `ID.KEY`, is no point of the curve, or has another id.
    BadKey,
}

/// An uncompressed point of P-256, and how many letters it has in base64url.
const POINT: usize = 65;
const LETTERS: usize = 87;

/// A key's id: half of the hexadecimal digits that name 16 bytes.
const ID: usize = 16;

const VERSION: &[u8] = b"HPKE-v1";
const KEM: &[u8] = b"KEM\0\x10";
const SUITE: &[u8] = b"HPKE\0\x10\0\x01\0\x02";

/// `key_schedule_context` is the same for all that is sealed: base mode, then
/// `psk_id_hash` of no id and `info_hash` of `manyi sealed answers v1`. The
/// tests calculate it.
const CONTEXT: [u8; POINT] = [
    0x00, 0x8f, 0xc3, 0xae, 0xb8, 0x32, 0x49, 0x0a, 0x4b, 0x5a, 0xb3, 0xe4, 0x20, 0x23, 0x28, 0x7d,
    0xb2, 0x9a, 0x1f, 0x4b, 0xc7, 0xc2, 0x22, 0xc0, 0xdf, 0x22, 0x87, 0x27, 0xb7, 0x0a, 0x40, 0x21,
    0x12, 0x82, 0x58, 0x8e, 0x8a, 0x92, 0x20, 0xb4, 0xa3, 0xb2, 0x83, 0xff, 0x37, 0x1b, 0xa1, 0x1b,
    0x93, 0xf4, 0xa1, 0x4a, 0xe9, 0xde, 0x67, 0x4e, 0x13, 0x58, 0x0d, 0xd0, 0x0c, 0xd2, 0x5d, 0x11,
    0x35,
];

const ECDH: &str = r#"{"name":"ECDH","namedCurve":"P-256"}"#;
const HKDF: &str = r#"{"name":"HKDF","hash":"SHA-256"}"#;
const GCM: &str = r#"{"name":"AES-GCM"}"#;
const DERIVE: &str = r#"["deriveBits"]"#;

/// Seals `plaintext`, bound to the response with this id, to a public key in the
/// form that `manyi-collector` prints.
///
/// # Errors
/// When the key is none, or there is no WebCrypto.
pub async fn seal(key: &str, id: &str, plaintext: &str) -> Result<Sealed, Unsealed> {
    let (name, public) = read(key).ok_or(Unsealed::BadKey)?;
    // In a window and in a worker.
    let subtle = field(thing("crypto"), "subtle");
    let mut work = Work {
        subtle,
        name,
        public,
        id,
        plaintext,
        key: UNDEFINED,
        enc: Vec::new(),
        bytes: Vec::new(),
    };
    // One `await` for all: with one for each step this was an eighth larger.
    let mut last = UNDEFINED;
    for step in 0..STEPS {
        last = promised(work.step(step, last)).await;
        if is_nothing(last) {
            return Err(match step {
                CHECK => Unsealed::BadKey,
                _ => Unsealed::NoCrypto,
            });
        }
    }
    Ok(Sealed {
        key: name.iter().map(|digit| char::from(*digit)).collect(),
        enc: base64url(&work.enc),
        text: base64url(&as_bytes(last)),
    })
}

const CHECK: u8 = 1;
const STEPS: u8 = 12;

/// What is known between two steps.
struct Work<'a> {
    subtle: Js,
    name: &'a [u8],
    public: [u8; POINT],
    id: &'a str,
    plaintext: &'a str,
    /// The key that the next steps use.
    key: Js,
    enc: Vec<u8>,
    /// What a later step needs of an earlier one's bytes.
    bytes: Vec<u8>,
}

impl Work<'_> {
    /// Each begins with what the one before has brought.
    fn step(&mut self, step: u8, last: Js) -> Js {
        match step {
            0 => self.ask("digest", &[say("SHA-256"), bytes(&self.public)]),
            CHECK if is_named(&as_bytes(last), self.name) => {
                self.import(&self.public, json(ECDH), "[]")
            }
            CHECK => UNDEFINED,
            2 => {
                self.key = last;
                let given = [json(ECDH), UNDEFINED, json(DERIVE)];
                self.ask("generateKey", &given)
            }
            3 => {
                // The recipient's key becomes a parameter of what derives from ours.
                let ecdh = json(ECDH);
                set(ecdh, "public", self.key);
                set(last, "with", ecdh);
                self.key = last;
                let ours = field(self.key, "publicKey");
                self.ask("exportKey", &[say("raw"), ours])
            }
            4 => {
                self.enc = as_bytes(last);
                let ours = field(self.key, "privateKey");
                self.derive(field(self.key, "with"), ours, 32)
            }
            // DHKEM's ExtractAndExpand
            5 => self.extract(KEM, b"eae_prk", &as_bytes(last)),
            6 => {
                self.key = last;
                let both = join(&[&self.enc, &self.public]);
                self.expand(KEM, b"shared_secret", &both, 32)
            }
            // the key schedule
            7 => {
                self.bytes = as_bytes(last);
                self.extract(SUITE, b"secret", b"")
            }
            8 => {
                self.key = last;
                self.expand(SUITE, b"base_nonce", &CONTEXT, 12)
            }
            9 => {
                let nonce = as_bytes(last);
                let key = self.expand(SUITE, b"key", &CONTEXT, 32);
                self.bytes = nonce;
                key
            }
            10 => self.import(&as_bytes(last), json(GCM), r#"["encrypt"]"#),
            _ => {
                let gcm = json(GCM);
                set(gcm, "iv", bytes(&self.bytes));
                let id = self.id.to_ascii_lowercase();
                set(gcm, "additionalData", bytes(id.as_bytes()));
                let text = bytes(self.plaintext.as_bytes());
                self.ask("encrypt", &[gcm, last, text])
            }
        }
    }

    fn ask(&self, what: &str, given: &[Js]) -> Js {
        invoke(self.subtle, what, given)
    }

    fn import(&self, of: &[u8], algorithm: Js, uses: &str) -> Js {
        let given = [say("raw"), bytes(of), algorithm, UNDEFINED, json(uses)];
        self.ask("importKey", &given)
    }

    fn derive(&self, algorithm: Js, key: Js, length: u8) -> Js {
        let bits = count(f64::from(length) * 8.0);
        self.ask("deriveBits", &[algorithm, key, bits])
    }

    /// The key material of a LabeledExtract, for the expands that follow.
    fn extract(&self, suite: &[u8], label: &[u8], from: &[u8]) -> Js {
        let from = join(&[VERSION, suite, label, from]);
        self.import(&from, json(HKDF), DERIVE)
    }

    /// That LabeledExtract, salted with `bytes`, and a LabeledExpand.
    fn expand(&self, suite: &[u8], label: &[u8], context: &[u8], length: u8) -> Js {
        let info = join(&[&[0, length], VERSION, suite, label, context]);
        let hkdf = json(HKDF);
        set(hkdf, "salt", bytes(&self.bytes));
        set(hkdf, "info", bytes(&info));
        self.derive(hkdf, self.key, length)
    }
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    let mut whole = Vec::new();
    for part in parts {
        whole.extend_from_slice(part);
    }
    whole
}

/// The two parts of `ID.KEY`.
fn read(key: &str) -> Option<(&[u8], [u8; POINT])> {
    let key = key.as_bytes().trim_ascii();
    let (name, rest) = key.split_at_checked(ID)?;
    let (dot, letters) = rest.split_first()?;
    if *dot != b'.' || letters.len() != LETTERS {
        return None;
    }
    let mut point = [0; POINT];
    let (mut bits, mut count, mut at) = (0, 0, 0);
    for letter in letters {
        let six = ALPHABET.iter().position(|known| known == letter)?;
        bits = bits << 6 | six;
        count += 6;
        if count >= 8 {
            count -= 8;
            *point.get_mut(at)? = (bits >> count) as u8;
            at += 1;
        }
    }
    // Two bits are left, and each key has one spelling.
    (bits & 3 == 0).then_some((name, point))
}

fn is_named(digest: &[u8], name: &[u8]) -> bool {
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .zip(name)
        .all(|(value, digit)| b"0123456789abcdef"[usize::from(value)] == *digit)
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64url(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = 0;
        for at in 0..3 {
            group = group << 8 | usize::from(chunk.get(at).copied().unwrap_or_default());
        }
        for letter in 0..=chunk.len() {
            text.push(char::from(ALPHABET[group >> (18 - 6 * letter) & 63]));
        }
    }
    text
}
