#pragma once
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

/* What is a macro in OpenSSL, and what walks a typed stack, cannot be called from Swift. */

/* The key identifier of the one key agreement recipient; NULL for any other shape. Lent by the message. */
static inline const ASN1_OCTET_STRING *sluice_cms_recipient(CMS_ContentInfo *message) {
    STACK_OF(CMS_RecipientInfo) *recipients = CMS_get0_RecipientInfos(message);
    if (recipients == NULL || sk_CMS_RecipientInfo_num(recipients) != 1) return NULL;
    CMS_RecipientInfo *recipient = sk_CMS_RecipientInfo_value(recipients, 0);
    if (CMS_RecipientInfo_type(recipient) != CMS_RECIPINFO_AGREE) return NULL;
    STACK_OF(CMS_RecipientEncryptedKey) *keys = CMS_RecipientInfo_kari_get0_reks(recipient);
    if (keys == NULL || sk_CMS_RecipientEncryptedKey_num(keys) != 1) return NULL;
    ASN1_OCTET_STRING *identifier = NULL;
    if (CMS_RecipientEncryptedKey_get0_id(sk_CMS_RecipientEncryptedKey_value(keys, 0), &identifier, NULL, NULL, NULL,
                                          NULL) != 1)
        return NULL;
    return identifier;
}

/* True when the one recipient holds a key that was distributed before. */
static inline int sluice_cms_is_for_shared_key(CMS_ContentInfo *message) {
    STACK_OF(CMS_RecipientInfo) *recipients = CMS_get0_RecipientInfos(message);
    return recipients != NULL && sk_CMS_RecipientInfo_num(recipients) == 1
        && CMS_RecipientInfo_type(sk_CMS_RecipientInfo_value(recipients, 0)) == CMS_RECIPINFO_KEK;
}
