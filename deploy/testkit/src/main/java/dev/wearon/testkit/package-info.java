/**
 * What the services' tests stand on: a real PostgreSQL and a real Redis in temporary folders on free ports, and real
 * signed identities. Part of the main code only so that every service's tests can use it; nothing else does.
 */
package dev.wearon.testkit;
