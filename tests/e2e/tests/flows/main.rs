//! What only real processes over real HTTP prove. The rules one by one are held by the in-process suite.

mod algorithms;
mod api;
mod audit;
mod backchannel;
mod canary;
mod command_line;
mod conformance;
mod gateway_cache;
mod issuer;
mod libraries_elsewhere;
mod library_oauth2;
mod library_openidconnect;
mod limits;
mod outages;
mod pages;
mod persistence;
mod races;
mod token_refusals;
mod tour;
