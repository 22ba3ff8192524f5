/** The common parts of the tests: settings, a clock that can be moved, and a client of the API. */
package dev.wearon.storage.testing;
