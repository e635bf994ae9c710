/** A token for Amazon MSK, signed with the AWS credentials at hand. The signer is loaded when it is used. */
export async function mskToken(region: string): Promise<{ value: string }> {
  const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
  const { token } = await generateAuthToken({ region });
  return { value: token };
}
