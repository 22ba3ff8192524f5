/** The root of the gateway service; each capability is a package below it. */
package dev.wearon.gateway;
