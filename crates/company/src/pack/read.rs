//! Reading: see `pack`. A field that was left out is passed over, and gets its usual value.

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{Done, NextPiece, Unpackable};

/// The piece that is read, how far, and where the next comes from.
pub(super) struct Unpacker<'n, 'p> {
    piece: Vec<u8>,
    read: usize,
    next: &'n mut NextPiece<'p>,
}

impl<'n, 'p> Unpacker<'n, 'p> {
    pub(super) fn new(next: &'n mut NextPiece<'p>) -> Self {
        Unpacker { piece: Vec::new(), read: 0, next }
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.read == self.piece.len() && (self.next)().is_none()
    }

    #[inline]
    fn byte(&mut self) -> Result<u8, Unpackable> {
        if self.read == self.piece.len() {
            self.turn_over()?;
        }
        let byte = self.piece.get(self.read).ok_or_else(end)?;
        self.read += 1;
        Ok(*byte)
    }

    #[cold]
    fn turn_over(&mut self) -> Done {
        self.piece = Vec::new(); // given back before the next is fetched
        self.piece = (self.next)().ok_or_else(end)?;
        self.read = 0;
        Ok(())
    }

    #[inline]
    fn unsigned(&mut self) -> Result<u64, Unpackable> {
        let (mut number, mut shift) = (0_u64, 0_u32);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok(number);
            }
            shift += 7;
        }
    }

    fn signed(&mut self) -> Result<i64, Unpackable> {
        let number = self.unsigned()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn taken(&mut self, count: u64) -> Result<&[u8], Unpackable> {
        if self.read == self.piece.len() && count > 0 {
            self.turn_over()?;
        }
        let from = self.read;
        let to = usize::try_from(count).ok().and_then(|count| from.checked_add(count)).ok_or_else(end)?;
        let taken = self.piece.get(from..to).ok_or_else(end)?;
        self.read = to;
        Ok(taken)
    }

    fn text(&mut self) -> Result<&str, Unpackable> {
        let count = self.unsigned()?;
        std::str::from_utf8(self.taken(count)?).map_err(|error| Unpackable(error.to_string()))
    }
}

fn end() -> Unpackable {
    Unpackable("the bytes end early".to_owned())
}

macro_rules! read {
    ($($name:ident $visit:ident $how:ident $type:ty),*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unpackable> {
            let number = self.$how()?;
            visitor.$visit(<$type>::try_from(number).map_err(|error| Unpackable(error.to_string()))?)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Unpacker<'_, '_> {
    type Error = Unpackable;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unpackable> {
        Err(Unpackable("packed bytes don't say what they are".to_owned()))
    }

    read!(deserialize_u8 visit_u8 unsigned u8, deserialize_u16 visit_u16 unsigned u16,
        deserialize_u32 visit_u32 unsigned u32, deserialize_u64 visit_u64 unsigned u64,
        deserialize_i8 visit_i8 signed i8, deserialize_i16 visit_i16 signed i16,
        deserialize_i32 visit_i32 signed i32, deserialize_i64 visit_i64 signed i64);

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unpackable> {
        visitor.visit_bool(self.byte()? == 1)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unpackable> {
        let bytes = self.taken(16)?.try_into().unwrap_or([0; 16]);
        visitor.visit_i128(i128::from_le_bytes(bytes))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unpackable> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unpackable> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unpackable> {
        match self.byte()? {
            0 => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unpackable> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unpackable> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unpackable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unpackable> {
        let left = self.unsigned()?;
        visitor.visit_seq(Elements { from: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Unpackable> {
        visitor.visit_seq(Elements { from: self, left: length as u64 })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unpackable> {
        visitor.visit_seq(Elements { from: self, left: length as u64 })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unpackable> {
        let left = self.unsigned()?;
        visitor.visit_map(Elements { from: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unpackable> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unpackable> {
        visitor.visit_enum(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! { u128 f32 f64 char bytes byte_buf identifier ignored_any }
}

struct Elements<'a, 'n, 'p> {
    from: &'a mut Unpacker<'n, 'p>,
    left: u64,
}

impl<'de> SeqAccess<'de> for Elements<'_, '_, '_> {
    type Error = Unpackable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unpackable> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.from).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        usize::try_from(self.left).ok()
    }
}

impl<'de> MapAccess<'de> for Elements<'_, '_, '_> {
    type Error = Unpackable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unpackable> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unpackable> {
        seed.deserialize(&mut *self.from)
    }
}

/// A struct's fields: what was left out is no element, and gets its usual value.
struct Fields<'a, 'n, 'p>(&'a mut Unpacker<'n, 'p>);

impl<'de> SeqAccess<'de> for Fields<'_, '_, '_> {
    type Error = Unpackable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unpackable> {
        match self.0.byte()? {
            0 => Ok(None),
            _ => seed.deserialize(&mut *self.0).map(Some),
        }
    }
}

impl<'de> EnumAccess<'de> for &mut Unpacker<'_, '_> {
    type Error = Unpackable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Unpackable> {
        let index = self.unsigned()?;
        let index: serde::de::value::U64Deserializer<Unpackable> = index.into_deserializer();
        Ok((seed.deserialize(index)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Unpacker<'_, '_> {
    type Error = Unpackable;

    fn unit_variant(self) -> Done {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unpackable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Unpackable> {
        visitor.visit_seq(Elements { from: self, left: length as u64 })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unpackable> {
        visitor.visit_seq(Fields(self))
    }
}
