//! Roles with policies that AWS manages.
