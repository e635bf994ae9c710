export interface PictureData {
  readonly candles: readonly object[];
  readonly posts: readonly object[];
}
export function pictureData(): PictureData;
export function picture(data: PictureData): string;
