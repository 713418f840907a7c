//! Writing: see `pack`. A field that a type leaves out is a 0, one that is there a 1 and its value.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::{Done, Unpackable};

/// Pieces of about a size: those that are full, and the one that is written.
pub(super) struct Packer {
    about: usize,
    full: Vec<Vec<u8>>,
    piece: Vec<u8>,
}

impl Packer {
    pub(super) fn new(about: usize) -> Packer {
        Packer { about, full: Vec::new(), piece: Vec::new() }
    }

    pub(super) fn pieces(self) -> Vec<Vec<u8>> {
        let last = std::iter::once(self.piece);
        self.full.into_iter().chain(last).collect()
    }

    /// A piece ends between two elements of a list, never within a number or a text.
    fn turn_over(&mut self) {
        if self.piece.len() >= self.about {
            let size = self.piece.len();
            self.full.push(std::mem::replace(&mut self.piece, Vec::with_capacity(size)));
        }
    }

    fn unsigned(&mut self, mut number: u64) -> Done {
        while number >= 0x80 {
            self.piece.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.piece.push(number as u8);
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Done {
        self.unsigned(bytes.len() as u64)?;
        self.piece.extend_from_slice(bytes);
        Ok(())
    }

    fn length(&mut self, length: Option<usize>) -> Done {
        let length = length.ok_or_else(|| Unpackable("a list of unknown length".to_owned()))?;
        self.unsigned(length as u64)
    }

    fn field(&mut self, value: &(impl Serialize + ?Sized)) -> Done {
        self.piece.push(1);
        value.serialize(self)
    }
}

macro_rules! numbers {
    ($($name:ident $type:ty),*) => {$(
        fn $name(self, number: $type) -> Done {
            self.unsigned(u64::from(number))
        }
    )*};
}

macro_rules! signed {
    ($($name:ident $type:ty),*) => {$(
        fn $name(self, number: $type) -> Done {
            let number = i64::from(number);
            self.unsigned(((number << 1) ^ (number >> 63)).cast_unsigned())
        }
    )*};
}

impl Serializer for &mut Packer {
    type Ok = ();
    type Error = Unpackable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers!(serialize_bool bool, serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_char char);
    signed!(serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64);

    fn serialize_i128(self, number: i128) -> Done {
        self.piece.extend_from_slice(&number.to_le_bytes());
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Done {
        Err(Unpackable("floats don't exist here".to_owned()))
    }

    fn serialize_f64(self, _: f64) -> Done {
        Err(Unpackable("floats don't exist here".to_owned()))
    }

    fn serialize_str(self, text: &str) -> Done {
        self.bytes(text.as_bytes())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Done {
        self.bytes(bytes)
    }

    fn serialize_none(self) -> Done {
        self.piece.push(0);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        self.field(value)
    }

    fn serialize_unit(self) -> Done {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Done {
        self.unsigned(u64::from(index))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        self.unsigned(u64::from(index))?;
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Unpackable> {
        self.length(length)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unpackable> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unpackable> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unpackable> {
        self.unsigned(u64::from(index))?;
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, Unpackable> {
        self.length(length)?;
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unpackable> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unpackable> {
        self.unsigned(u64::from(index))?;
        Ok(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! elements {
    ($($trait:ident $method:ident),*) => {$(
        impl $trait for &mut Packer {
            type Ok = ();
            type Error = Unpackable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.turn_over();
                value.serialize(&mut **self)
            }

            fn end(self) -> Done {
                Ok(())
            }
        }
    )*};
}

elements!(SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field);

macro_rules! fields {
    ($($trait:ident),*) => {$(
        impl $trait for &mut Packer {
            type Ok = ();
            type Error = Unpackable;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Done {
                self.field(value)
            }

            fn skip_field(&mut self, _: &'static str) -> Done {
                self.piece.push(0);
                Ok(())
            }

            fn end(self) -> Done {
                Ok(())
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for &mut Packer {
    type Ok = ();
    type Error = Unpackable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        Ok(())
    }
}
