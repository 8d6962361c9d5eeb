//! Who an identity and a key belong to, looked up once for a whole population.

use model::identity::Identity;
use model::program::{FunctionName, Principal, PrincipalId, Program};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// How a report begins the name of somebody who is nobody in the program.
pub(crate) const UNKNOWN: &str = "unknown: ";

/// The principals of a program by address and key.
#[derive(Debug, Clone)]
pub struct Directory<'p> {
    program: &'p Program,
    by_address: HashMap<String, usize>,
    by_key: BTreeMap<String, usize>,
    seen: RefCell<HashMap<Arc<str>, Option<usize>>>,
}

/// A key of the program that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("a key of principal `{principal}` cannot be read")]
pub struct DirectoryError {
    /// Whose key.
    pub principal: PrincipalId,
    /// Why.
    pub source: signatures::KeyError,
}

impl<'p> Directory<'p> {
    /// Returns the directory of a program.
    pub fn new(program: &'p Program) -> Result<Directory<'p>, DirectoryError> {
        let mut directory = Directory {
            program,
            by_address: HashMap::new(),
            by_key: BTreeMap::new(),
            seen: RefCell::default(),
        };
        for (index, principal) in program.principals.iter().enumerate() {
            directory.enter(index, principal);
            directory
                .enter_keys(index, principal)
                .map_err(|source| DirectoryError {
                    principal: principal.id.clone(),
                    source,
                })?;
        }
        Ok(directory)
    }

    /// Returns the principal of an identity; a name alone never identifies anybody.
    pub fn principal_of(&self, identity: &Identity) -> Option<&'p Principal> {
        let known = self.seen.borrow().get(&identity.address).copied();
        let index = known.unwrap_or_else(|| {
            let found = self.look_up(identity);
            self.seen
                .borrow_mut()
                .insert(identity.address.clone(), found);
            found
        });
        self.program.principals.get(index?)
    }

    /// Returns the principal of an account of a system, such as `github`.
    pub fn principal_of_account(&self, system: &str, account: &str) -> Option<&'p Principal> {
        let mut principals = self.program.principals.iter();
        principals.find(|principal| principal.owns_account(system, account))
    }

    /// Returns the principal whose key has this fingerprint.
    pub fn owner_of(&self, key: &str) -> Option<&'p Principal> {
        self.by_key
            .get(key)
            .and_then(|&index| self.program.principals.get(index))
    }

    /// Returns everyone and everything in the program.
    pub fn principals(&self) -> &'p [Principal] {
        &self.program.principals
    }

    /// Returns the principal with this id.
    pub fn principal(&self, id: &PrincipalId) -> Option<&'p Principal> {
        self.program.principal(id)
    }

    /// Returns whether a principal holds a duty.
    pub fn holds(&self, principal: &Principal, duty: &str) -> bool {
        let held = self.program.assignments.get(&principal.id);
        held.is_some_and(|held| held.contains(&FunctionName(duty.into())))
    }

    /// Returns whether nobody holds any duty: then everybody may do everything.
    pub fn assigns_nothing(&self) -> bool {
        self.program.assignments.values().all(BTreeSet::is_empty)
    }

    /// Returns how reports name an identity: the id of its principal, or that it is unknown.
    pub fn label(&self, identity: &Identity) -> String {
        match self.principal_of(identity) {
            Some(principal) => principal.id.to_string(),
            None => format!("{UNKNOWN}{identity}"),
        }
    }

    fn enter(&mut self, index: usize, principal: &Principal) {
        for email in &principal.emails {
            self.by_address.entry(email.to_lowercase()).or_insert(index);
        }
    }

    fn enter_keys(
        &mut self,
        index: usize,
        principal: &Principal,
    ) -> Result<(), signatures::KeyError> {
        for key in &principal.ssh_keys {
            self.by_key.insert(signatures::ssh_fingerprint(key)?, index);
        }
        for key in &principal.openpgp_keys {
            for fingerprint in signatures::openpgp_fingerprints(key)? {
                self.by_key.insert(fingerprint, index);
            }
        }
        Ok(())
    }

    fn look_up(&self, identity: &Identity) -> Option<usize> {
        let by_account = || {
            let mut principals = self.program.principals.iter();
            principals.position(|principal| principal.owns(identity))
        };
        self.by_address
            .get(&identity.address.to_lowercase())
            .copied()
            .or_else(by_account)
    }
}
