/**
 * {@code ./wearon bench gateway}: a call through the gateway, beside nginx and beside the server behind them. All three return
 * the same body.
 */
package dev.wearon.bench.gateway;
