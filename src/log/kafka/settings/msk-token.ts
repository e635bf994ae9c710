/** A token for Amazon MSK, signed with the ambient AWS credentials. Imports the signer lazily. */
export async function mskToken(region: string): Promise<{ value: string }> {
  const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
  const { token } = await generateAuthToken({ region });
  return { value: token };
}
