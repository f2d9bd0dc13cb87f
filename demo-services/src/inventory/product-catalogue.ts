/** The products of the shop: 60 of them, made from three word lists, always the same. Pure. */

export interface Product {
  sku: string;
  name: string;
  category: string;
  priceCents: number;
}

const MATERIALS = ["Oak", "Steel", "Linen", "Clay", "Glass"];
const THINGS = ["Lamp", "Chair", "Kettle", "Bowl"];
const SIZES = ["Small", "Medium", "Large"];
const CATEGORIES: Record<string, string> = { Lamp: "light", Chair: "seat", Kettle: "kitchen", Bowl: "kitchen" };

export const PRODUCTS: readonly Product[] = MATERIALS.flatMap((material, m) =>
  THINGS.flatMap((thing, t) =>
    SIZES.map((size, s) => ({
      sku: `${material}-${thing}-${size[0]}`.toLowerCase(),
      name: `${size} ${material} ${thing}`,
      category: CATEGORIES[thing],
      priceCents: 990 + 1_300 * t + 450 * m + 2_100 * s,
    })),
  ),
);
