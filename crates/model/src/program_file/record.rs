//! Mappings with fixed keys: one definition for reading, documentation and JSON Schema.

use super::tree::Place;

/// A mapping with fixed keys.
pub(super) trait Record {
    /// Returns the place that stands for the whole.
    fn place(&self) -> &Place;

    /// Returns whether a value in it is a question, so that what seems absent is only open.
    fn asked(&self) -> bool;
}

/// A struct whose fields are all optional to the reader, so that one fault hides no other.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident needs [$($need:literal),*] {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields, extend("required" = [$($need),*]))]
        pub(super) struct $name {
            #[schemars(skip)]
            place: $crate::program_file::tree::Place,
            #[schemars(skip)]
            asked: bool,
            $($(#[$field_doc])* pub(super) $field: Option<$type>,)*
        }

        impl $crate::program_file::read::Read for $name {
            fn read(
                node: &$crate::program_file::tree::Node,
                reader: &mut $crate::program_file::read::Reader<'_>,
            ) -> Option<$name> {
                let known = [$(stringify!($field)),*];
                let entries = reader.entries(node, &known, &[$($need),*])?;
                Some($name {
                    place: $crate::program_file::read::anchor(node, entries),
                    asked: $crate::program_file::read::asks(entries),
                    $($field: reader.field(entries, stringify!($field)),)*
                })
            }
        }

        impl $crate::program_file::record::Record for $name {
            fn place(&self) -> &$crate::program_file::tree::Place {
                &self.place
            }

            fn asked(&self) -> bool {
                self.asked
            }
        }
    };
}

pub(super) use record;
