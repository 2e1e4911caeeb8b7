//! The modules of one crate and the file that a path means: declared modules, imports, re-exports and items, as far
//! as they can be read without types.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Attribute, Item, ItemUse, UseTree, visit::Visit};

/// A crate's sources: the path of each file from the crate's `src` and its text.
pub type Sources = BTreeMap<String, String>;

/// The modules of a crate, the root first.
pub struct Names {
    pub modules: Vec<Module>,
    /// Which modules define a macro of a name.
    macros: BTreeMap<String, Vec<usize>>,
}

/// A module: a file, or a block inside of one.
pub struct Module {
    pub file: String,
    /// What stands in it, without what is built for tests only.
    pub items: Vec<Item>,
    parent: Option<usize>,
    /// Where the files of its children stand.
    folder: String,
    children: BTreeMap<String, usize>,
    /// What `use` brings in, by the name it has here; inside of functions too.
    imports: Vec<(String, Path)>,
    globs: Vec<Path>,
    defined: BTreeSet<String>,
}

/// The segments of a path.
pub type Path = Vec<String>;

/// What a path leads to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Found {
    Module(usize),
    /// Something that is defined in the module.
    Item(usize),
}

impl Names {
    /// Reads a crate from its root file on.
    pub fn read(root: &str, sources: &Sources) -> Self {
        let mut names = Self {
            modules: Vec::new(),
            macros: BTreeMap::new(),
        };
        let text = &sources[root];
        names.module(None, root, "", parsed(root, text), sources);
        names
    }

    fn module(
        &mut self,
        parent: Option<usize>,
        file: &str,
        folder: &str,
        items: Vec<Item>,
        sources: &Sources,
    ) -> usize {
        let items: Vec<_> = items.into_iter().filter(|item| !for_tests(attributes(item))).collect();
        let this = self.modules.len();
        let mut imports = Imports::default();
        for item in &items {
            imports.visit_item(item);
        }
        self.modules.push(Module {
            file: file.to_owned(),
            parent,
            folder: folder.to_owned(),
            children: BTreeMap::new(),
            imports: imports.named,
            globs: imports.globs,
            defined: items.iter().filter_map(name).collect(),
            items: Vec::new(),
        });
        let mut own = Vec::new();
        for item in items {
            let Item::Mod(module) = item else {
                own.push(item);
                continue;
            };
            let name = module.ident.to_string();
            let folder = format!("{}{name}/", self.modules[this].folder);
            let child = if let Some((_, items)) = module.content {
                self.module(Some(this), file, &folder, items, sources)
            } else {
                let file = format!("{}{name}.rs", self.modules[this].folder);
                let text = sources
                    .get(&file)
                    .unwrap_or_else(|| panic!("{file} is declared as a module and missing"));
                self.module(Some(this), &file, &folder, parsed(&file, text), sources)
            };
            self.modules[this].children.insert(name, child);
        }
        for item in &own {
            if let Item::Macro(definition) = item
                && let Some(name) = &definition.ident
            {
                self.macros.entry(name.to_string()).or_default().push(this);
            }
        }
        self.modules[this].items = own;
        this
    }

    /// What a path written in a module leads to: nothing for what is another crate's or a local name.
    pub fn resolve(&self, from: usize, path: &[String]) -> BTreeSet<Found> {
        self.follow(from, path, &mut BTreeSet::new())
    }

    fn follow<'a>(&'a self, from: usize, path: &'a [String], seen: &mut BTreeSet<(usize, &'a str)>) -> BTreeSet<Found> {
        let mut reached: BTreeSet<Found> = BTreeSet::new();
        for (place, segment) in path.iter().enumerate() {
            let last = place + 1 == path.len();
            let within: Vec<_> = if place == 0 {
                vec![Found::Module(from)]
            } else {
                reached.iter().copied().collect()
            };
            reached = within
                .into_iter()
                .flat_map(|found| match (found, segment.as_str()) {
                    (Found::Item(_), _) | (Found::Module(_), "self") => BTreeSet::from([found]),
                    (Found::Module(_), "crate") => BTreeSet::from([Found::Module(0)]),
                    (Found::Module(module), "super") => {
                        self.modules[module].parent.map(Found::Module).into_iter().collect()
                    }
                    (Found::Module(module), name) => {
                        let named = self.named(module, name, last, seen);
                        // What a macro wrote cannot be seen, but it is there: the compiler has passed it.
                        if named.is_empty() && place > 0 {
                            BTreeSet::from([Found::Item(module)])
                        } else {
                            named
                        }
                    }
                })
                .collect();
        }
        reached
    }

    /// What a name means in a module. A module and a function may share one: on the way it is the module.
    fn named<'a>(
        &'a self,
        module: usize,
        name: &'a str,
        last: bool,
        seen: &mut BTreeSet<(usize, &'a str)>,
    ) -> BTreeSet<Found> {
        let here = &self.modules[module];
        let child = here.children.get(name).copied().map(Found::Module);
        if !last && let Some(child) = child {
            return BTreeSet::from([child]);
        }
        let mut found = BTreeSet::new();
        if here.defined.contains(name) {
            found.insert(Found::Item(module));
        }
        if seen.insert((module, name)) {
            for (_, path) in here.imports.iter().filter(|(as_name, _)| as_name == name) {
                found.extend(self.follow(module, path, seen));
            }
            if found.is_empty() && child.is_none() {
                for path in &here.globs {
                    for glob in self.follow(module, path, seen) {
                        if let Found::Module(glob) = glob {
                            found.extend(self.named(glob, name, last, seen));
                        }
                    }
                }
            }
            seen.remove(&(module, name));
        }
        found.extend(child);
        if last && found.iter().any(|found| matches!(found, Found::Item(_))) {
            found.retain(|found| matches!(found, Found::Item(_)));
        } else if !last && found.iter().any(|found| matches!(found, Found::Module(_))) {
            found.retain(|found| matches!(found, Found::Module(_)));
        }
        found
    }

    /// The modules that define a macro of this name: it may be seen without being imported.
    pub fn definers(&self, name: &str) -> impl Iterator<Item = usize> {
        self.macros.get(name).into_iter().flatten().copied()
    }
}

fn parsed(file: &str, text: &str) -> Vec<Item> {
    syn::parse_file(text)
        .unwrap_or_else(|error| panic!("{file}: {error}"))
        .items
}

/// What `use` brings in, wherever it stands.
#[derive(Default)]
struct Imports {
    named: Vec<(String, Path)>,
    globs: Vec<Path>,
}

impl<'a> Visit<'a> for Imports {
    fn visit_item_use(&mut self, item: &'a ItemUse) {
        for import in imports(&item.tree) {
            match import.name {
                Some(name) => self.named.push((name, import.path)),
                None => self.globs.push(import.path),
            }
        }
    }

    fn visit_item_mod(&mut self, _: &'a syn::ItemMod) {}
}

/// One name that a `use` brings in.
pub struct Import {
    pub path: Path,
    /// `None` for a glob.
    pub name: Option<String>,
}

/// All names of a `use`.
pub fn imports(tree: &UseTree) -> Vec<Import> {
    let mut found = Vec::new();
    gather(tree, &mut Vec::new(), &mut found);
    found
}

fn gather(tree: &UseTree, before: &mut Path, found: &mut Vec<Import>) {
    let mut leaf = |segment: &syn::Ident, name: &syn::Ident| {
        let mut path = before.clone();
        if segment != "self" || path.is_empty() {
            path.push(segment.to_string());
        }
        let name = if name == "self" {
            path.last().cloned()
        } else {
            Some(name.to_string())
        };
        found.push(Import { path, name });
    };
    match tree {
        UseTree::Name(name) => leaf(&name.ident, &name.ident),
        UseTree::Rename(rename) => leaf(&rename.ident, &rename.rename),
        UseTree::Glob(_) => found.push(Import {
            path: before.clone(),
            name: None,
        }),
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            gather(&path.tree, before, found);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| gather(tree, before, found)),
    }
}

/// The name that an item defines.
fn name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether something is built for tests only: `cfg(test)`, or a `cfg(all(test, ..))`.
pub fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let condition = list.tokens.to_string();
                condition == "test" || condition.starts_with("all (test") || condition.starts_with("all(test")
            })
    })
}
