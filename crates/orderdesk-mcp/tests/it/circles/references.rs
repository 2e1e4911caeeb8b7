//! Which file of a crate names what of which other file.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, ImplItem, ItemUse, Macro, Meta, Visibility,
    visit::{self, Visit},
};

use super::names::{Found, Names, Path, Sources, for_tests, imports};

/// From a file to another: the paths as they are written in the first.
pub type References = BTreeMap<(String, String), BTreeSet<String>>;

/// Reads all references between the files of a crate. Not counted: tests, `mod`, re-exports (they count where they are
/// used, as references to what they lead to), a module that is only named on the way, and calls of methods, which
/// only types could tell.
pub fn references(root: &str, sources: &Sources) -> References {
    let names = Names::read(root, sources);
    let mut found = References::new();
    for (module, at) in names.modules.iter().zip(0..) {
        let mut reader = Reader {
            names: &names,
            at,
            found: &mut found,
        };
        module.items.iter().for_each(|item| reader.visit_item(item));
    }
    found
}

struct Reader<'a> {
    names: &'a Names,
    at: usize,
    found: &'a mut References,
}

impl Reader<'_> {
    fn path(&mut self, path: &[String]) {
        for found in self.names.resolve(self.at, path) {
            if let Found::Item(to) = found {
                self.reference(to, path);
            }
        }
    }

    fn reference(&mut self, to: usize, path: &[String]) {
        let modules = &self.names.modules;
        let (from, to) = (&modules[self.at].file, &modules[to].file);
        if from != to {
            self.found
                .entry((from.clone(), to.clone()))
                .or_default()
                .insert(path.join("::"));
        }
    }

    /// Paths in what a macro is given, which is not parsed: names joined by `::`, and single ones that are no field
    /// and no method.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Path::new();
        let mut colons = 0;
        let mut field = false;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    if !field {
                        path.push(name.to_string());
                    }
                    (colons, field) = (0, false);
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Punct(punct) => field = punct.as_char() == '.',
                TokenTree::Group(group) => {
                    self.end(&mut path);
                    self.tokens(group.stream());
                }
                TokenTree::Literal(literal) => self.written(&literal.to_string()),
            }
            self.end(&mut path);
            colons = 0;
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Path) {
        if !path.is_empty() {
            self.path(path);
            path.clear();
        }
    }

    /// A path in a text, as serde's attributes have it.
    fn written(&mut self, literal: &str) {
        let text = literal.trim_matches('"');
        let own = ["crate::", "super::", "self::"];
        if own.iter().any(|start| text.starts_with(start))
            && let Ok(path) = syn::parse_str::<syn::Path>(text)
        {
            self.visit_path(&path);
        }
    }
}

impl<'a> Visit<'a> for Reader<'_> {
    fn visit_item_use(&mut self, item: &'a ItemUse) {
        if !matches!(item.vis, Visibility::Inherited) {
            return;
        }
        for import in imports(&item.tree) {
            if import.name.is_some() {
                self.path(&import.path);
            } else {
                for found in self.names.resolve(self.at, &import.path) {
                    let (Found::Module(to) | Found::Item(to)) = found;
                    self.reference(to, &import.path);
                }
            }
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let segments: Path = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.path(&segments);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'a Macro) {
        self.visit_path(&called.path);
        if let Some(name) = called.path.get_ident().map(ToString::to_string)
            && self.names.resolve(self.at, std::slice::from_ref(&name)).is_empty()
        {
            let names = self.names;
            for to in names.definers(&name) {
                self.reference(to, &[format!("{name}!")]);
            }
        }
        self.tokens(called.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'a Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_visibility(&mut self, _: &'a Visibility) {}

    fn visit_impl_item(&mut self, item: &'a ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            _ => return visit::visit_impl_item(self, item),
        };
        if !for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }
}
