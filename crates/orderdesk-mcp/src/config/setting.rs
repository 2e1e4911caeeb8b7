//! One row of the settings table, and the macro that turns rows into a typed section.

/// Everything there is to know about one setting. Parsing, `config show`, `.env.example` and `docs/configuration.md`
/// all read this row, so none of them can disagree with another.
#[derive(Debug)]
pub struct Setting {
    /// The environment variable, and in lower case the key in a configuration file.
    pub name: &'static str,
    /// One paragraph for the reference; the documentation of the field it fills.
    pub about: &'static str,
    /// What applies when nothing is given, in the notation a user would write.
    pub default: Option<&'static str>,
    /// For a setting without a fixed default: what applies instead.
    pub otherwise: Option<&'static str>,
    /// The smallest and largest value (for text: length in bytes), in the notation a user would write.
    pub within: Option<(&'static str, &'static str)>,
    /// Whether leaving it out allows more than giving it may: then nothing that looks like a slip in its name is passed over.
    pub restricts: bool,
    /// A value that is allowed.
    pub example: &'static str,
    /// Whether the value must never be shown. A secret can also be given as a file, by `NAME_FILE`.
    pub secret: bool,
    /// Whether any text may be meant, so that a bare number in a configuration file must be put in quotes.
    pub free_text: bool,
    /// The kind of value, in words.
    pub kind: fn(&Setting) -> String,
}

impl Setting {
    /// What a user may write, in words: `a whole number from 1 to 65535`.
    pub fn allowed(&self) -> String {
        (self.kind)(self)
    }

    /// The variable that names a file holding this secret.
    pub fn file_twin(&self) -> Option<String> {
        self.secret.then(|| format!("{}_FILE", self.name))
    }

    /// The description without the indentation of its source.
    pub fn about(&self) -> String {
        self.about.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Defines a section of the settings: the struct, its rows, how it is read and how it is shown.
///
/// A row is `NAME => field: Type = "default", within "low" to "high", restricts true, example "value";` with the parts after
/// the type optional, except the example. The documentation comment of the row is the text of the reference.
macro_rules! section {
    (
        $(#[doc = $intro:literal])+
        $section:ident, $title:literal;
        $(
            $(#[doc = $about:literal])+
            $name:ident => $field:ident: $type:ty
                $(= $default:literal)?
                $(, otherwise $otherwise:literal)?
                $(, within $low:literal to $high:literal)?
                $(, restricts $restricts:literal)?
                , example $example:literal;
        )+
    ) => {
        use $crate::config::{reader::Reader, setting::Setting, value::FromText};

        $(#[doc = $intro])+
        #[derive(Debug, Clone)]
        pub struct $section {
            $( $(#[doc = $about])+ pub $field: $type, )+
        }

        $(
            $(#[doc = $about])+
            pub static $name: Setting = Setting {
                name: stringify!($name),
                about: concat!($($about),+),
                default: optional!($($default)?),
                otherwise: optional!($($otherwise)?),
                within: optional!($(($low, $high))?),
                restricts: flag!($($restricts)?),
                example: $example,
                secret: <$type as FromText>::SECRET,
                free_text: <$type as FromText>::FREE_TEXT,
                kind: <$type as FromText>::allowed,
            };
        )+

        impl $section {
            /// The heading and the introduction of this section in the reference.
            pub const HEADING: (&'static str, &'static str) = ($title, concat!($($intro),+));

            /// The rows of this section, in the order of the reference.
            pub fn rows() -> &'static [&'static Setting] {
                static ROWS: &[&Setting] = &[$(&$name),+];
                ROWS
            }

            /// Reads every setting of this section; what is wrong is noted in the reader.
            pub fn read(reader: &mut Reader) -> Self {
                Self { $($field: reader.read(&$name)),+ }
            }

            /// Every value as it may be shown: secrets masked, `None` when not set.
            pub fn show(&self) -> Vec<(&'static Setting, Option<String>)> {
                vec![$((&$name, self.$field.show())),+]
            }
        }
    };
}

/// `Some` of the part of a row that was written, `None` of one that was left out.
macro_rules! optional {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}

/// What a row says, false when it says nothing.
macro_rules! flag {
    () => {
        false
    };
    ($value:expr) => {
        $value
    };
}

/// Gathers the sections into `Settings` and into the one table.
macro_rules! sections {
    ($($(#[doc = $about:literal])+ $field:ident: $section:ty,)+) => {
        /// Every setting, typed and checked.
        #[derive(Debug, Clone)]
        pub struct Settings {
            $( $(#[doc = $about])+ pub $field: $section, )+
            /// Where the values came from that were given, by the names of their settings.
            pub(super) origins: HashMap<&'static str, Origin>,
        }

        impl Settings {
            pub(super) fn read(reader: &mut Reader) -> Self {
                Self { $($field: <$section>::read(reader),)+ origins: HashMap::new() }
            }

            pub(super) fn show(&self) -> Vec<(&'static Setting, Option<String>)> {
                let mut rows = Vec::new();
                $( rows.extend(self.$field.show()); )+
                rows
            }
        }

        /// The whole table: each section's heading, introduction and rows.
        pub fn table() -> Vec<Section> {
            vec![$(Section {
                title: <$section>::HEADING.0,
                intro: <$section>::HEADING.1,
                rows: <$section>::rows(),
            }),+]
        }
    };
}
