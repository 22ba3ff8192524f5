/** Checks replies of the gateway against {@code docs/api/openapi.yaml}, in the tests of every module. */
package dev.wearon.testkit.contract;
