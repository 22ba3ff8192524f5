/** Pictures of the three types as bytes, and files that are taken for one: real ones, broken ones, and small ones that declare any size. */
package dev.wearon.testkit.pictures;
