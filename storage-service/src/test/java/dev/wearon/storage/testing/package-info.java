/** What the tests of this service share: settings, a clock that can be moved, and a client of the API. */
package dev.wearon.storage.testing;
