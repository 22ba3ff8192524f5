/** Holds answers of the gateway against {@code docs/api/openapi.yaml}, for the tests of every module that gets some. */
package dev.wearon.testkit.contract;
