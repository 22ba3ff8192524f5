/** What the tests of this service share: a folder and a key to start with, a clock to move, and a client of the API. */
package dev.wearon.storage.testing;
