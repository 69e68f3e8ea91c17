//! Params as JSON.
//!
//! Not by serde: what it derives for a type says what is wrong with a value, and where; here [`check`](crate::check()) has said
//! so before, by the form's fields. Without that, the code of a playground that visitors load is a sixth smaller.

use crate::Num;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A value of params, which JSON holds in links, presets and forms.
pub trait Param: Sized {
    /// Reads it; `None` if the value is something else. What is missing is `null`.
    fn read(value: &Value) -> Option<Self>;

    /// Writes it.
    fn write(&self) -> Value;
}

/// Makes a struct a value of params: an object with its fields, or an array if it is a tuple.
///
/// A field that is `None` is left out, or `null` if the macro says so of it: `error = null`.
macro_rules! params {
    ($type:ident, $($field:ident $(= $absent:ident)?),+) => {
        impl $crate::params::Param for $type {
            fn read(value: &serde_json::Value) -> Option<Self> {
                use $crate::params::read_field;
                Some(Self { $($field: read_field(value, stringify!($field))?),+ })
            }

            fn write(&self) -> serde_json::Value {
                use $crate::params::{Param, write_field};
                let mut object = serde_json::Map::new();
                $(
                    let value = Param::write(&self.$field);
                    let keeps_null = params!(@keeps_null $($absent)?);
                    write_field(&mut object, stringify!($field), value, keeps_null);
                )+
                serde_json::Value::Object(object)
            }
        }
    };
    ($type:ident($($field:ident),+)) => {
        impl $crate::params::Param for $type {
            fn read(value: &serde_json::Value) -> Option<Self> {
                let mut values = value.as_array()?.iter();
                $(let $field = $crate::params::Param::read(values.next()?)?;)+
                Some(Self($($field),+))
            }

            fn write(&self) -> serde_json::Value {
                let Self($($field),+) = self;
                serde_json::Value::Array(vec![$($crate::params::Param::write($field)),+])
            }
        }
    };
    (@keeps_null) => { false };
    (@keeps_null null) => { true };
}

pub(crate) use params;

/// A map with these entries. To collect them sorts them before, which is several kilobytes for each type.
pub(crate) fn map_of<T>(entries: impl IntoIterator<Item = (String, T)>) -> BTreeMap<String, T> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        map.insert(key, value);
    }
    map
}

/// Reads a field of an object.
pub(crate) fn read_field<T: Param>(object: &Value, key: &str) -> Option<T> {
    T::read(&object[key])
}

/// Writes a field of an object; `null` only if it is to be kept.
pub(crate) fn write_field(
    object: &mut Map<String, Value>,
    key: &str,
    value: Value,
    keeps_null: bool,
) {
    if keeps_null || !value.is_null() {
        object.insert(key.to_owned(), value);
    }
}

impl Param for bool {
    fn read(value: &Value) -> Option<Self> {
        value.as_bool()
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Param for f64 {
    fn read(value: &Value) -> Option<Self> {
        value.as_f64()
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

/// Whole numbers.
macro_rules! whole {
    ($($type:ty)+) => {
        $(impl Param for $type {
            fn read(value: &Value) -> Option<Self> {
                value.as_i64()?.try_into().ok()
            }

            fn write(&self) -> Value {
                Value::from(*self)
            }
        })+
    };
}

whole!(i64 u64 u32 u16 usize);

impl Param for Num {
    fn read(value: &Value) -> Option<Self> {
        match value.as_i64() {
            Some(whole) => Some(Self::Int(whole)),
            None => value.as_f64().map(Self::Float),
        }
    }

    fn write(&self) -> Value {
        match *self {
            Self::Int(whole) => Value::from(whole),
            Self::Float(number) => Value::from(number),
        }
    }
}

impl Param for String {
    fn read(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }

    fn write(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl<T: Param> Param for Option<T> {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::read(value).map(Some),
        }
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }
}

impl<T: Param> Param for Vec<T> {
    fn read(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::read).collect()
    }

    fn write(&self) -> Value {
        Value::Array(self.iter().map(T::write).collect())
    }
}

impl<A: Param, B: Param> Param for (A, B) {
    fn read(value: &Value) -> Option<Self> {
        Some((A::read(value.get(0)?)?, B::read(value.get(1)?)?))
    }

    fn write(&self) -> Value {
        Value::Array(vec![self.0.write(), self.1.write()])
    }
}

impl<T: Param> Param for BTreeMap<String, T> {
    fn read(value: &Value) -> Option<Self> {
        let mut map = Self::new();
        for (key, value) in value.as_object()? {
            map.insert(key.clone(), T::read(value)?);
        }
        Some(map)
    }

    fn write(&self) -> Value {
        let entry = |(key, value): (&String, &T)| (key.clone(), value.write());
        Value::Object(self.iter().map(entry).collect())
    }
}
