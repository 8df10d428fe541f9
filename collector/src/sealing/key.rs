//! One pair of keys.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable as _, Kem, OpModeR, Serializable as _, single_shot_open};
use manyi_model::hash::digits;
use zeroize::Zeroizing;

/// What the device and the collector agree on beside the key, so that nothing
/// sealed for another purpose opens here.
const INFO: &[u8] = b"manyi sealed answers v1";

/// A private key with its public one. Nothing prints the private half; `hpke`
/// wipes it from memory when it is dropped.
#[derive(Clone)]
pub struct Key {
    private: <DhP256HkdfSha256 as Kem>::PrivateKey,
    public: Vec<u8>,
    id: String,
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

impl Key {
    /// A new key, from the system's randomness.
    pub fn new(created_at: i64) -> Self {
        let (private, _) = DhP256HkdfSha256::gen_keypair();
        Self::of(private, created_at)
    }

    /// The key whose private half is these 32 bytes, where they are one.
    pub fn from_private(bytes: &[u8], created_at: i64) -> Option<Self> {
        let private = <DhP256HkdfSha256 as Kem>::PrivateKey::from_bytes(bytes).ok()?;
        Some(Self::of(private, created_at))
    }

    fn of(private: <DhP256HkdfSha256 as Kem>::PrivateKey, created_at: i64) -> Self {
        let public = DhP256HkdfSha256::sk_to_pk(&private).to_bytes().to_vec();
        Self {
            private,
            id: digits(&public)[..16].to_owned(),
            public,
            created_at,
        }
    }

    /// 16 hex digits, from the public key's hash.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public key as the element's attribute `sealing-key` takes it.
    pub fn text(&self) -> String {
        format!("{}.{}", self.id, URL_SAFE_NO_PAD.encode(&self.public))
    }

    /// The private half, for writing it to its file.
    pub(super) fn private(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.private.to_bytes().to_vec())
    }

    /// What was sealed to this key, bound to `aad`; `None` where a bit of it differs.
    pub fn open(&self, enc: &[u8], text: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let enc = <DhP256HkdfSha256 as Kem>::EncappedKey::from_bytes(enc).ok()?;
        let mode = OpModeR::Base;
        single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &mode,
            &self.private,
            &enc,
            INFO,
            text,
            aad,
        )
        .ok()
        .map(Zeroizing::new)
    }
}
