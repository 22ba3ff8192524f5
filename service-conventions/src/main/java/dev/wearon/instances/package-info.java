/**
 * The running processes of a service: each keeps a row in the schema of the service, so every process knows all of them, also those
 * that have no address. The gateway shows the operator those of all services.
 */
package dev.wearon.instances;
