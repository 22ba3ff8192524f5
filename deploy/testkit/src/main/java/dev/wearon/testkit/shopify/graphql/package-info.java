/**
 * As much of GraphQL as a stand-in needs: it parses a document, checks it against a schema, and answers it from Java values. It
 * refuses what the schema does not have, with the messages and codes that Shopify's server (graphql-ruby) uses. Without named
 * fragments, directives, subscriptions and introspection other than {@code __typename}.
 */
package dev.wearon.testkit.shopify.graphql;
