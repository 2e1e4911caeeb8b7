//! Settings with a fixed set of words.

use super::FromText;
use crate::config::setting::Setting;

macro_rules! choice {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $( $(#[doc = $doc])+ $variant, )+ }

        impl $name {
            const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl FromText for $name {
            fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
                $( if text.eq_ignore_ascii_case($word) { return Ok(Self::$variant); } )+
                Err("is none of the allowed words".to_owned())
            }

            fn allowed(_: &Setting) -> String {
                Self::WORDS.join(", ")
            }

            fn show(&self) -> Option<String> {
                Some(match self { $( Self::$variant => $word, )+ }.to_owned())
            }
        }
    };
}

choice! {
    /// Where cached replies live.
    CacheBackend {
        /// In this process.
        Memory = "memory",
        /// In a Redis server, shared by all replicas.
        Redis = "redis",
    }
}

choice! {
    /// How tool names are listed. A call is accepted under either spelling.
    ToolNames {
        /// `orders_list`: the spelling that every client takes.
        Underscore = "underscore",
        /// `orders.list`: the product's own spelling.
        Dot = "dot",
    }
}

choice! {
    /// Whether something is on.
    Switch {
        /// As it makes sense.
        Auto = "auto",
        /// On.
        On = "on",
        /// Off.
        Off = "off",
    }
}

choice! {
    /// Who agrees to what cannot be taken back.
    ConfirmBy {
        /// A person where the client can ask one, else the caller's argument.
        Auto = "auto",
        /// A person.
        Person = "person",
    }
}

choice! {
    /// In which copies a reply goes out.
    ReplyMode {
        /// As structured content and as text.
        Both = "both",
        /// As text.
        Text = "text",
        /// As structured content; failures as text too.
        Structured = "structured",
    }
}

choice! {
    /// How mail leaves.
    EmailProvider {
        /// Mail is written to standard error.
        Console = "console",
        /// Mail is sent through an SMTP server.
        Smtp = "smtp",
    }
}

choice! {
    /// The `SameSite` attribute of the session cookie.
    SameSite {
        /// Never sent with a request that another site started.
        Strict = "Strict",
        /// Sent when a link on another site is followed.
        Lax = "Lax",
        /// Sent always; browsers want `Secure` with it.
        None = "None",
    }
}

choice! {
    /// The least severe level that is logged.
    LogLevel {
        /// Nothing is logged.
        Off = "OFF",
        /// Failures of the server itself.
        Error = "ERROR",
        /// What an operator should look into.
        Warn = "WARN",
        /// One line for each request and each change.
        Info = "INFO",
        /// Decisions inside a request.
        Debug = "DEBUG",
        /// Everything.
        Trace = "TRACE",
    }
}

choice! {
    /// The shape of a log line.
    LogFormat {
        /// One JSON object a line.
        Json = "json",
        /// For people.
        Pretty = "pretty",
    }
}
