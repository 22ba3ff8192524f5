/** The health of every process of the suite, for the operator. */
package dev.wearon.gateway.status;
