/** Pages for trying WearOn on one machine. They exist only where nobody else can reach them. */
package dev.wearon.gateway.demo;
