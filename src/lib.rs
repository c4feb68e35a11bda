//! routelint finds serverless hazards in Next.js API routes.

pub mod analyze;
pub mod catalogue;
pub mod cli;
pub mod custom;
pub mod diagnostic;
pub mod facts;
pub mod fix;
pub mod link;
pub mod load;
pub mod pattern;
pub mod progress;
pub mod project;
pub mod report;
pub mod rules;
pub mod span;
pub mod syntax;
