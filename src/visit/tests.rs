//! Situations of a visit.
