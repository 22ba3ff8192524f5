/**
 * The backend whose blobs are objects of a bucket, on AWS or on a server that speaks its protocol. The processes of one
 * suite may share it. Every call has a time limit and a number of attempts; an upload is tried once, as its bytes have
 * passed.
 *
 * <p>Limit: connections and the calls that wait for one are bounded ({@link dev.wearon.storage.s3.S3Config}); a call beyond
 * them, or one that is not answered, is a {@link dev.wearon.storage.backends.BackendFault}. A refusal that no repeat can
 * change is a {@link dev.wearon.storage.backends.BackendRefused} with the way out in words.
 */
package dev.wearon.storage.s3;
