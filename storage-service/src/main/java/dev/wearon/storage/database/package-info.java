/** How storage asks its own schema: single statements, each in time or not at all. */
package dev.wearon.storage.database;
