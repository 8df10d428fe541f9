//! JSON objects that are written as objects.
//!
//! What serde derives for a struct also takes an array of its fields in order, so
//! that `["corpus", 1]` would do for `{"id": "corpus", "version": 1}`. Nobody means
//! that, and the published schemas refuse it. A struct here derives with
//! `#[serde(remote = "Self")]` and is then given to [`object!`].
//!
//! Read one through the trait: `Deserialize::deserialize(…)`, `serde_json::from_str`.
//! `Response::deserialize(…)` names what serde derived, arrays and all.

/// `Serialize` and `Deserialize` for structs, the latter from objects only.
macro_rules! object {
    ($($name:ty),+) => { $(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize($crate::object::Object(deserializer))
            }
        }
    )+ };
}
pub(crate) use object;

use serde::de::{Deserializer, Visitor};

/// Asks for a map where a struct is wanted.
pub(crate) struct Object<D>(pub D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Object<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
        ignored_any
    }
}
