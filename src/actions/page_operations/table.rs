//! How a table of operations is written.

/// One operation of a page: what is read of its request is the type itself.
pub trait PageOperation {
    /// What `data` of its answer is.
    type Reply: serde::Serialize;
}

/// What an operation does, which decides about the right that staff need for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It only looks, or notes that somebody did.
    Looks,
    /// It alters a service or its VM.
    Alters,
    /// It alters what belongs to the addon itself, so whoever may open the addon may do it.
    SetsUp,
}

/// The part of a product that must be included before its client may ask for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// None: it comes with every product, or is no client's.
    None,
    /// Starting the VM.
    Start,
    /// Whatever stops the guest.
    Stop,
    /// Both of them.
    Reboot,
    /// Snapshots.
    Snapshots,
    /// Backups.
    Backups,
    /// ISO images.
    Iso,
    /// The firewall.
    Firewall,
    /// Charts.
    Charts,
    /// Reverse names.
    ReverseDns,
    /// Installing anew.
    Reinstall,
    /// A new password.
    ResetPassword,
}

/// One row of a table.
#[derive(Debug)]
pub struct Listed {
    /// What the field `op` of a request calls it.
    pub word: &'static str,
    /// What it does.
    pub effect: Effect,
    /// What the product must include.
    pub part: Part,
    /// The fields it reads, and how many bytes each may hold at most.
    pub fields: &'static [(&'static str, usize)],
    /// The shapes of the request and of the reply.
    #[cfg(test)]
    pub shapes: fn(&mut schemars::SchemaGenerator) -> [schemars::Schema; 2],
}

/// The shapes of an operation.
#[cfg(test)]
pub fn shapes<O>(all: &mut schemars::SchemaGenerator) -> [schemars::Schema; 2]
where
    O: PageOperation + schemars::JsonSchema,
    O::Reply: schemars::JsonSchema,
{
    [O::json_schema(all), all.subschema_for::<O::Reply>()]
}

/// Makes the table of a page: an enum with a value for each operation that holds what was read of the request, and the list
/// of its rows. A row is `"word": effect, part => Name { field: type } -> reply`.
macro_rules! operations {
    ($(#[$about:meta])* $page:ident {
        $($(#[$doc:meta])* $word:literal: $effect:ident, $part:ident =>
            $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty),* $(,)? } -> $reply:ty),+ $(,)?
    }) => {
        $(#[$about])*
        #[derive(Debug)]
        #[allow(
            clippy::enum_variant_names,
            clippy::large_enum_variant,
            reason = "each is the name of its type; one is made for a request"
        )]
        pub enum $page {
            $($(#[$doc])* $name($name)),+
        }

        $(
            $(#[$doc])*
            #[derive(Debug, serde::Serialize)]
            #[cfg_attr(test, derive(schemars::JsonSchema))]
            pub struct $name {
                $($(#[$field_doc])* pub $field: $kind),*
            }

            impl $crate::actions::page_operations::PageOperation for $name {
                type Reply = $reply;
            }
        )+

        impl $page {
            /// Every operation of the page.
            pub const ALL: &'static [$crate::actions::page_operations::Listed] = &[$(
                $crate::actions::page_operations::Listed {
                    word: $word,
                    effect: $crate::actions::page_operations::Effect::$effect,
                    part: $crate::actions::page_operations::Part::$part,
                    fields: &[$((
                        stringify!($field),
                        <$kind as $crate::actions::page_operations::field::Field>::MOST_BYTES,
                    )),*],
                    #[cfg(test)]
                    shapes: $crate::actions::page_operations::table::shapes::<$name>,
                }
            ),+];

            /// The operation of this word, with what it reads of the request; `None`: the page has no such operation.
            pub fn read(word: &str, request: &serde_json::Value) -> Option<Self> {
                let _ = request;
                Some(match word {
                    $($word => Self::$name($name {
                        $($field: $crate::actions::page_operations::field::Field::read(&request[stringify!($field)])),*
                    }),)+
                    _ => return None,
                })
            }
        }
    };
}

pub(super) use operations;
