/**
 * How the gateway calls the ledger in credits-service for itself. A refusal and a missing answer are values, because a caller acts on
 * them in different ways: what is refused has not happened, and what is unknown must be repeated with the same ids.
 */
package dev.wearon.gateway.ledger;
