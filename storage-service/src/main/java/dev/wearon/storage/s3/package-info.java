/**
 * Stores blobs as objects of a bucket, on AWS or on a server that speaks its protocol. The processes of one suite may
 * share the bucket. Every call has a time limit and a number of attempts. An upload is attempted once, because its
 * bytes cannot be read again.
 *
 * <p>Limit: connections and waiting calls are bounded ({@link dev.wearon.storage.s3.S3Config}). A call beyond these
 * bounds, or without an answer, is a {@link dev.wearon.storage.backends.BackendFault}. An error that no retry can
 * repair is a {@link dev.wearon.storage.backends.BackendRefused}, whose message names the necessary change.
 */
package dev.wearon.storage.s3;
