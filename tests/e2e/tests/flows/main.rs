//! What only real processes over real HTTP prove. The rules one by one are held by the in-process suite.

mod tour;
