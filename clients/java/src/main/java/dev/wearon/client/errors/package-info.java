/**
 * The errors of this client. Programs read the code, people read the message. No error contains the API key, a signed URL or an
 * e-mail address in its text.
 */
package dev.wearon.client.errors;
