/**
 * The faults of the database and of the backend. They are answered 503 with Retry-After on every route, because the request
 * is not at fault.
 */
package dev.wearon.storage.faults;
