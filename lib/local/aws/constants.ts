/** The account, region and credentials of everything that runs embedded: the servers check none of them. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';
export const LOCAL_ACCESS_KEY_ID = 'weir';
export const LOCAL_SECRET_ACCESS_KEY = 'weir';
