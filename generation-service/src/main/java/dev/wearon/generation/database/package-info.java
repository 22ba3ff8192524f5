/** How one statement is run; which statements there are, the class that owns their purpose says. */
package dev.wearon.generation.database;
