package dev.wearon.gateway.shopify;

/**
 * A checked session token of a page of the app: somebody is signed in at the admin of this shop.
 *
 * @param text as the page sent it, to exchange it
 */
public record SessionToken(ShopDomain shop, String text) {

    @Override
    public String toString() {
        return "SessionToken[" + shop.name() + "]";
    }
}
