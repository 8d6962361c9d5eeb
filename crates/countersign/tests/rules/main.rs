//! Every rule from source bytes: a git repository and the text of a program in, decisions and conclusions out.

mod approval;
mod conclusions;
mod forms;
mod identities;
mod keys;
mod requests;
mod run;
mod signing;
mod waiting;
